import { entryAtOffset } from '../../yaml/locate.ts';
import { specAt, type Training } from '../training.ts';
import { replaceWord } from './repairs.ts';
import { findingsOf, type Occurrence, rule } from './rule.ts';

type Args = Readonly<Record<'key' | 'expected' | 'got', string>>;

/** More choices than these are a list to read, not a fix to pick. */
const MOST_CHOICES = 6;

export const unreadableValue = rule<Args>({
  code: 'unreadable-value',
  severity: 'warning',
  doc: {
    en: 'A value that moves memory could not be read; the default of the framework is used instead.',
    'zh-cn': '影响显存的值无法读取；改用框架的默认值。',
  },
  find: (a) => findingsOf(a, 'unreadable-value', ['key', 'expected', 'got']),
  message: {
    en: ({ key, expected, got }) => `\`${key}\`: expected ${expected}, got \`${got}\`; the default is used`,
    'zh-cn': ({ key, expected, got }) => `\`${key}\`：应为 ${expected}，实为 \`${got}\`；按默认值计`,
  },
  fixes: (a, occurrence) => replaceWord(a, occurrence.span, choicesAt(a, occurrence)),
});

function choicesAt(a: Training, { span }: Occurrence<Args>): readonly string[] {
  const place = entryAtOffset(a.doc, span.start);
  const spec = place && specAt(a.dialect, place.path);
  const choices = spec?.values ?? (spec?.type === 'boolean' ? ['true', 'false'] : []);
  return choices.length > MOST_CHOICES ? [] : choices;
}
