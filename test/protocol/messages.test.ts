import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readToHost, readToWebview } from '../../src/protocol/messages.ts';
import { panelTexts } from '../../src/protocol/panel-texts.ts';
import { SAMPLES, sample } from '../../webview/preview/samples.ts';

const show = (breakdown: unknown): unknown => ({ type: 'show', texts: panelTexts('en'), breakdown });
/** As it arrives: structured-cloned by the editor, so plain JSON. */
const sent = <T>(message: T): T => JSON.parse(JSON.stringify(message)) as T;

describe('messages to the webview', () => {
  it.each(SAMPLES)('carry the state "%s" unchanged', (name) => {
    for (const locale of ['en', 'zh-cn']) {
      const message = sent(show(sample(name, locale)));
      expect(readToWebview(message)).toEqual({ ok: true, value: message });
    }
  });

  it('carry what the service says of a real config, unchanged', () => {
    const message = show(JSON.parse(readFileSync('test/fixtures/service/full.breakdown.json', 'utf8')));
    expect(readToWebview(message)).toEqual({ ok: true, value: message });
  });

  it('are dropped with the place of what does not match', () => {
    const view = sent(sample('fits', 'en'));
    if (view?.outcome.kind !== 'estimate') throw new Error('the sample is an estimate');
    const broken = { ...view, outcome: { ...view.outcome, phases: [{ ...view.outcome.phases[0], bytes: -1 }] } };
    const read = readToWebview(show(broken));
    expect(read.ok ? '' : read.error).toContain('"show": breakdown.outcome.phases.0.bytes');
  });

  it('are dropped when a text is missing', () => {
    const { copy: _copy, ...texts } = panelTexts('en');
    const read = readToWebview({ type: 'show', texts, breakdown: null });
    expect(read.ok ? '' : read.error).toContain('texts.copy');
  });

  it('of an unknown type are dropped by name', () => {
    const read = readToWebview({ type: 'what-if', rank: 8 });
    expect(read.ok ? '' : read.error).toContain('"what-if"');
  });
});

describe('messages to the host', () => {
  it.each([
    { type: 'ready' },
    { type: 'reveal', start: 0, end: 12 },
    { type: 'pick-gpu' },
    { type: 'copy' },
    { type: 'problem', message: 'x' },
  ])('$type is read as it is', (message) => {
    expect(readToHost(message)).toEqual({ ok: true, value: message });
  });

  it.each([
    { type: 'reveal', start: -1, end: 3 },
    { type: 'reveal', start: 0.5, end: 3 },
    { type: 'reveal', start: 0 },
    { type: 'show', texts: {}, breakdown: null },
    { type: 'toString' },
    null,
    undefined,
    'ready',
    [],
  ])('%j is dropped', (message) => {
    expect(readToHost(message).ok).toBe(false);
  });

  it('never throw, whatever arrives', () => {
    fc.assert(
      fc.property(fc.anything(), (raw) => {
        const read = readToHost(raw);
        if (!read.ok) expect(read.error.length).toBeGreaterThan(0);
      }),
    );
  });
});
