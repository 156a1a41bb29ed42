import type { Language } from '../../base/language.ts';
import { en } from './en.ts';
import type { Sentences } from './sentences.ts';
import { zhCn } from './zh-cn.ts';

const BOTH: Readonly<Record<Language, Sentences>> = { en, 'zh-cn': zhCn };

export const sentencesIn = (language: Language): Sentences => BOTH[language];
