// LSP's shapes and VS Code's differ in numbers and in classes: every enum member is converted here.

import { describe, expect, it } from 'vitest';
import { CodeActionKind, DiagnosticSeverity, DiagnosticTag, InlayHintKind } from 'vscode-languageserver-types';
import * as convert from '../../src/host/convert.ts';
import * as fake from '../support/fake-vscode.ts';

const range = { start: { line: 1, character: 2 }, end: { line: 3, character: 4 } };
const converted = new fake.Range(new fake.Position(1, 2), new fake.Position(3, 4));

/** Name → number of an LSP namespace, without its type guards. */
const members = (namespace: object): [name: string, value: number][] =>
  Object.entries(namespace).filter((entry): entry is [string, number] => typeof entry[1] === 'number');

describe('positions and ranges', () => {
  it('keep line and character', () => expect(convert.toRange(range)).toEqual(converted));
  it('come back the same', () => expect(convert.fromRange(convert.toRange(range))).toEqual(range));
});

describe('enums convert by name, member by member', () => {
  it.each(members(DiagnosticSeverity))('DiagnosticSeverity.%s', (name, severity) => {
    const diagnostic = convert.toDiagnostic({ range, message: 'm', severity: severity as DiagnosticSeverity });
    expect(fake.DiagnosticSeverity[diagnostic.severity]).toBe(name);
  });
  it.each(members(DiagnosticTag))('DiagnosticTag.%s', (name, tag) => {
    const { tags } = convert.toDiagnostic({ range, message: 'm', tags: [tag as DiagnosticTag] });
    expect(tags?.map((one) => fake.DiagnosticTag[one])).toEqual([name]);
  });
  it.each(members(InlayHintKind))('InlayHintKind.%s', (name, kind) => {
    const hint = convert.toInlayHint({ position: range.start, label: 'x', kind: kind as InlayHintKind });
    expect(hint.kind && fake.InlayHintKind[hint.kind]).toBe(name);
  });
  it.each(Object.entries(CodeActionKind))('CodeActionKind.%s', (_name, kind) => {
    expect(convert.toCodeActionKind(kind).value).toBe(kind);
  });
  it('every member was seen', () => {
    const counts = [DiagnosticSeverity, DiagnosticTag, InlayHintKind].map((namespace) => members(namespace).length);
    expect(counts).toEqual([4, 2, 2]);
    expect(Object.keys(CodeActionKind).length).toBeGreaterThanOrEqual(9);
  });
});

describe('markdown', () => {
  it('text is escaped, markdown is not', () => {
    expect(convert.toMarkdown('a*b*').value).toBe('a\\*b\\*');
    expect(convert.toMarkdown({ kind: 'plaintext', value: 'a*b*' }).value).toBe('a\\*b\\*');
    expect(convert.toMarkdown({ kind: 'markdown', value: 'a*b*' }).value).toBe('a*b*');
  });
  it('only our own commands are trusted, HTML never', () => {
    const { isTrusted, supportHtml } = convert.toMarkdown({ kind: 'markdown', value: 'x' });
    expect(supportHtml).toBe(false);
    const commands = (isTrusted as { enabledCommands: readonly string[] }).enabledCommands;
    expect(commands.length).toBeGreaterThan(0);
    expect(commands.filter((id) => !id.startsWith('headroom.'))).toEqual([]);
  });
});

describe('surfaces', () => {
  it('a hint keeps its parts, tooltips, commands, edits and padding', () => {
    const command = { title: 't', command: 'headroom.showPanel', arguments: [1] };
    const hint = convert.toInlayHint({
      position: range.start,
      label: [{ value: 'peak', tooltip: { kind: 'markdown', value: '**x**' }, command }, { value: ' 21 GiB' }],
      tooltip: 'why',
      textEdits: [{ range, newText: 'n' }],
      paddingLeft: true,
      paddingRight: false,
    });
    const parts = hint.label as unknown as fake.InlayHintLabelPart[];
    expect(parts.map((part) => part.value)).toEqual(['peak', ' 21 GiB']);
    expect(parts.map((part) => part.command)).toEqual([command, undefined]);
    expect(parts[0]?.tooltip).toMatchObject({ value: '**x**' });
    expect(hint.tooltip).toMatchObject({ value: 'why' });
    expect(hint.textEdits).toEqual([new fake.TextEdit(converted, 'n')]);
    expect([hint.paddingLeft, hint.paddingRight]).toEqual([true, false]);
  });

  it('a plain label stays a string and absent fields stay absent', () => {
    const hint = convert.toInlayHint({ position: range.start, label: 'x' });
    expect([hint.label, hint.kind, hint.tooltip, hint.textEdits]).toEqual(['x', undefined, undefined, undefined]);
  });

  it('a lens keeps its range and command', () => {
    const lens = convert.toCodeLens({ range, command: { title: 't', command: 'headroom.showPanel' } });
    expect(lens).toEqual(new fake.CodeLens(converted, { title: 't', command: 'headroom.showPanel' }));
  });

  it('a hover keeps its range; marked strings become code blocks', () => {
    const shown = convert.toHover({ contents: { kind: 'markdown', value: '`x`' }, range });
    expect(shown.range).toEqual(converted);
    expect(shown.contents.map((one) => (one as fake.MarkdownString).value)).toEqual(['`x`']);
    const marked = convert.toHover({ contents: ['**a**', { language: 'yaml', value: 'b: 1' }] });
    expect(marked.contents.map((one) => (one as fake.MarkdownString).value)).toEqual([
      '**a**',
      '\n```yaml\nb: 1\n```\n',
    ]);
  });

  it('a problem keeps code, link, source and related places', () => {
    const problem = convert.toDiagnostic({
      range,
      message: 'over by 2 GiB',
      severity: 2,
      code: 'headroom/over-budget',
      codeDescription: { href: 'https://example.org/rules' },
      source: 'Headroom',
      relatedInformation: [{ location: { uri: 'file:///a.yaml', range }, message: 'here' }],
    });
    expect(problem.code).toEqual({
      value: 'headroom/over-budget',
      target: fake.Uri.parse('https://example.org/rules'),
    });
    expect([problem.source, problem.message]).toEqual(['Headroom', 'over by 2 GiB']);
    expect(problem.relatedInformation).toEqual([
      new fake.DiagnosticRelatedInformation(
        new fake.Location(fake.Uri.parse('file:///a.yaml'), converted as never),
        'here',
      ),
    ]);
  });

  it('a problem without a link keeps its bare code', () => {
    expect(convert.toDiagnostic({ range, message: 'm', code: 'headroom/tight' }).code).toBe('headroom/tight');
    expect(convert.toDiagnostic({ range, message: { kind: 'markdown', value: 'm' } }).message).toBe('m');
  });
});

describe('fixes', () => {
  const document = fake.Uri.parse('file:///repo/train.yaml');
  const edit = { range, newText: 'bf16: true' };

  it('keep title, kind, problem, preference and command, and edit the document they were asked for', () => {
    const action = convert.toCodeAction(
      {
        title: 'Set bf16',
        kind: 'quickfix',
        diagnostics: [{ range, message: 'm', code: 'headroom/over-budget' }],
        isPreferred: true,
        edit: { changes: { 'any name': [edit] } },
        command: { title: 't', command: 'headroom.pickGpu' },
      },
      document as never,
    );
    expect([action.title, action.kind?.value, action.isPreferred]).toEqual(['Set bf16', 'quickfix', true]);
    expect(action.diagnostics?.map((problem) => problem.code)).toEqual(['headroom/over-budget']);
    expect(action.command).toEqual({ title: 't', command: 'headroom.pickGpu' });
    const edits = (action.edit as unknown as fake.WorkspaceEdit).edits;
    expect([...edits]).toEqual([[document.toString(), [new fake.TextEdit(converted, 'bf16: true')]]]);
  });

  it('without an edit have none, and say why they are off', () => {
    const action = convert.toCodeAction({ title: 'x', disabled: { reason: 'no GPU' } }, document as never);
    expect([action.edit, action.kind, action.disabled]).toEqual([undefined, undefined, { reason: 'no GPU' }]);
  });
});
