// The command line's own sentences in both languages. What the service says is said by the service's words.

import type { Language } from '../base/language.ts';
import type { BadInput } from './inputs.ts';

export interface CliWords {
  readonly columns: {
    readonly file: string;
    readonly model: string;
    readonly peak: string;
    readonly largest: string;
  };
  readonly notTraining: string;
  readonly bad: Readonly<Record<BadInput['why'], string>>;
  readonly noTraining: (folder: string) => string;
  readonly summary: (files: number, estimated: number) => string;
  readonly noSuchTerm: (term: string, terms: string) => string;
  readonly difference: string;
  readonly total: string;
  readonly noEstimate: string;
  readonly noProfile: string;
}

const en: CliWords = {
  columns: { file: 'file', model: 'model', peak: 'peak', largest: 'largest' },
  notTraining: 'this is not a training config that Headroom reads',
  bad: {
    missing: 'there is no such file or folder',
    'not-a-file': 'this is not a file',
    'too-large': 'larger than 1 MiB: this is not a config',
    unreadable: 'the file cannot be read',
    'empty-folder': 'there is no config in this folder',
  },
  noTraining: (folder) => `no training config among the files of ${folder}`,
  summary: (files, estimated) => `${files} configs, ${estimated} estimated`,
  noSuchTerm: (term, terms) => `there is no term \`${term}\` at this peak; there are: ${terms}`,
  difference: 'difference',
  total: 'device',
  noEstimate: 'there is no estimate to explain',
  noProfile: 'this is no training config with a known model, so there is nothing to run',
};

const zhCn: CliWords = {
  columns: { file: '文件', model: '模型', peak: '峰值', largest: '最大部分' },
  notTraining: '这不是 Headroom 能读取的训练配置',
  bad: {
    missing: '没有这个文件或文件夹',
    'not-a-file': '这不是文件',
    'too-large': '超过 1 MiB，不是配置文件',
    unreadable: '无法读取该文件',
    'empty-folder': '该文件夹中没有配置文件',
  },
  noTraining: (folder) => `${folder} 的文件中没有训练配置`,
  summary: (files, estimated) => `共 ${files} 个配置，已估算 ${estimated} 个`,
  noSuchTerm: (term, terms) => `此峰值没有 \`${term}\` 这一项；现有：${terms}`,
  difference: '差异',
  total: '显卡占用',
  noEstimate: '没有可解释的估算结果',
  noProfile: '这不是模型已知的训练配置，没有可运行的内容',
};

export const cliWords = (language: Language): CliWords => (language === 'zh-cn' ? zhCn : en);
