import { describe, expect, it } from 'vitest';
import { fill, panelTexts } from '../../src/protocol/panel-texts.ts';
import { percent, plainText } from '../../src/protocol/plain-text.ts';
import { sample } from '../../webview/preview/samples.ts';

describe('the panel as text', () => {
  it('says what the panel says, in its order', () => {
    const view = sample('fits', 'en');
    if (!view) throw new Error('the sample is not empty');
    const text = plainText(view);
    const inOrder = [
      'Qwen/Qwen2.5-7B-Instruct',
      '21.4 GiB (21.0–22.2)',
      'fits',
      'Alive at the peak',
      '- weights: 14.2 GiB (69 %)',
      'Phases',
      '- backward: 20.4 GiB *',
      'Device: 21.4 GiB',
      'Why it is a range',
      'Assumptions',
      'Findings',
    ];
    const places = inOrder.map((piece) => text.indexOf(piece));
    expect(places.every((at) => at >= 0)).toBe(true);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  it('marks a floor as one, and leaves out what is not known', () => {
    const view = sample('floor', 'zh-cn');
    if (!view) throw new Error('the sample is not empty');
    const text = plainText(view);
    expect(text).toContain('≥ 15.2 GiB');
    expect(text).not.toContain(view.headings.terms);
  });
});

describe('shares', () => {
  it.each([
    [0, '0 %'],
    [0.0001, '< 1 %'],
    [0.005, '1 %'],
    [0.694, '69 %'],
    [1, '100 %'],
  ])('%f prints as %s', (share, text) => {
    expect(percent(share)).toBe(text);
  });
});

describe('the panel’s own words', () => {
  it('take a name literally, even one that looks like a replacement pattern', () => {
    expect(fill(panelTexts('en').reveal, '$&')).toBe('Show $& in the file');
  });

  it('keep their placeholders in both languages', () => {
    const [en, zh] = [panelTexts('en'), panelTexts('zh-cn')];
    for (const id of Object.keys(en) as (keyof typeof en)[]) {
      expect([id, zh[id].includes('{0}')]).toEqual([id, en[id].includes('{0}')]);
      expect(zh[id].length).toBeGreaterThan(0);
    }
  });
});
