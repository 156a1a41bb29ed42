/** The two languages every surface speaks. */
export type Language = 'en' | 'zh-cn';

/** From an editor's or shell's locale (`zh-CN`, `zh_CN.UTF-8`, `en-US`) to one of ours; anything else is English. */
export function languageOf(locale: string | undefined): Language {
  return /^zh([-_]?(cn|hans|sg)|$|[.])/i.test(locale ?? '') ? 'zh-cn' : 'en';
}

/** One text in both languages. */
export type Words = Readonly<Record<Language, string>>;
