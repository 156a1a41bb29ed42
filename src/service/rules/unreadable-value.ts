import { nearest } from '../../base/nearest.ts';
import type { ValueType } from '../../dialects/dialect.ts';
import { entryAtOffset } from '../../yaml/locate.ts';
import type { Span } from '../../yaml/source-doc.ts';
import { specAt, type Training } from '../training.ts';
import { replaceWord } from './repairs.ts';
import { findingsOf, rule } from './rule.ts';

interface Args {
  readonly key: string;
  readonly expected: string;
  readonly got: string;
  /** What may stand there, where that is a list of words. */
  readonly choices: readonly string[];
  readonly type: ValueType;
}

/** A longer list is not read; the nearest of it are what was meant. */
const MOST_CHOICES = 6;
const MOST_NEAR = 3;

export const unreadableValue = rule<Args>({
  code: 'unreadable-value',
  severity: 'warning',
  doc: {
    en: 'A value that moves memory could not be read; the default of the framework is used instead.',
    'zh-cn': '影响显存的值无法读取；改用框架的默认值。',
  },
  find: (a) =>
    findingsOf(a, 'unreadable-value', ['key', 'expected', 'got']).map(({ span, args }) => ({
      span,
      args: { ...args, ...specOf(a, span) },
    })),
  message: {
    en: (args) =>
      args.got === ''
        ? `\`${args.key}\` needs a value: expected ${printed(args) || args.expected}`
        : `\`${args.key}\` cannot be \`${args.got}\`: expected ${printed(args) || args.expected}. The default is used.`,
    'zh-cn': (args) =>
      args.got === ''
        ? `\`${args.key}\` 需要取值：应为 ${printed(args) || TYPES_ZH[args.type]}`
        : `\`${args.key}\` 不能是 \`${args.got}\`：应为 ${printed(args) || TYPES_ZH[args.type]}。按默认值计。`,
  },
  fixes: (a, { span, args }) => replaceWord(a, span, offered(args)),
});

/** The readers of values speak English; a type is enough to say the same. */
const TYPES_ZH: Readonly<Record<ValueType, string>> = {
  integer: '整数',
  number: '数字',
  boolean: 'true 或 false',
  string: '文本',
  enum: '已知的取值',
  list: '列表',
  mapping: '映射',
  path: '路径',
  any: '其他取值',
};

function specOf(a: Training, span: Span): Pick<Args, 'choices' | 'type'> {
  const place = entryAtOffset(a.doc, span.start);
  const spec = place && specAt(a.dialect, place.path);
  return { type: spec?.type ?? 'any', choices: spec?.values ?? (spec?.type === 'boolean' ? ['true', 'false'] : []) };
}

const offered = ({ choices, got }: Args): readonly string[] =>
  choices.length > MOST_CHOICES ? nearest(got, choices, MOST_NEAR) : choices;

function printed(args: Args): string {
  const near = offered(args);
  const shown = near.length > 0 ? near : args.choices.slice(0, MOST_CHOICES);
  return shown.join(', ') + (shown.length < args.choices.length ? ' …' : '');
}
