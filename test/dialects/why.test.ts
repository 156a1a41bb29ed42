import { describe, expect, it } from 'vitest';
import { whyIds, whyText } from '../../src/dialects/why.ts';

describe('the reasons', () => {
  it('are sentences in both languages', () => {
    expect(whyIds.length).toBeGreaterThan(20);
    for (const id of whyIds) {
      expect(whyText(id, 'en')).toMatch(/^[\p{Lu}].*\.$/u);
      expect(whyText(id, 'en')).not.toMatch(/\p{Script=Han}/u);
      expect(whyText(id, 'zh-cn')).toMatch(/\p{Script=Han}.*。$/u);
    }
  });

  it('leave a text that is no id as it is', () => {
    expect(whyText('constructor', 'en')).toBe('constructor');
  });
});
