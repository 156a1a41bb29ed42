import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import type { CodeAction } from 'vscode-languageserver-types';
import { analyse } from '../../src/service/analyse.ts';
import { codeActions } from '../../src/service/diagnostics.ts';
import { environment } from '../support/environment.ts';
import { applied, withoutCursor } from '../support/marked-text.ts';

vi.mock('../../src/memory/estimate-run.ts', () => import('../support/linear-estimate.ts'));

const folder = new URL('../fixtures/service/fixes/', import.meta.url);
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml') && !name.endsWith('.after.yaml'))
  .map((name) => name.slice(0, -'.yaml'.length));
const at = (name: string): URL => new URL(`${name}.yaml`, folder);
const line = (text: string, name: string): string | null =>
  new RegExp(`^# ${name}: (.+)$`, 'm').exec(text)?.[1] ?? null;

function actionsAt(marked: string, language: 'en' | 'zh-cn' = 'en') {
  const { text, position } = withoutCursor(marked);
  const analysis = analyse(text, 'train.yaml', environment(line(text, 'gpu'), language));
  return { text, analysis, actions: codeActions(analysis, { start: position, end: position }) };
}

const editsOf = (action: CodeAction) => action.edit?.changes?.['train.yaml'] ?? [];

describe('code actions', () => {
  it.each(names)('turn the file before into the file after: %s', (name) => {
    const marked = readFileSync(at(name), 'utf8');
    const { text, actions } = actionsAt(marked);
    const action = actions.find(({ title }) => title.startsWith(line(marked, 'fix') ?? '?'));
    expect(action, actions.map(({ title }) => title).join('\n')).toBeDefined();
    const after = applied(text, editsOf(action!));
    if (process.env.UPDATE_FIXTURES) writeFileSync(at(`${name}.after`), after);
    expect(existsSync(at(`${name}.after`))).toBe(true);
    expect(after).toBe(readFileSync(at(`${name}.after`), 'utf8'));
  });

  it('over budget: two to four edits with their savings, best first, each as good as its title says', () => {
    const { text, analysis, actions } = actionsAt(readFileSync(at('smaller-batch'), 'utf8'));
    const levers = actions.filter((action) => action.edit);
    expect(levers.map(({ title }) => title)).toMatchInlineSnapshot(`
      [
        "Set per_device_train_batch_size: 2 and gradient_accumulation_steps: 16 (-16.5 GiB, peak 10.4 GiB: fits; same result)",
        "Set enable_liger_kernel: true (-18.9 GiB, peak 7.97 GiB: fits; same result)",
        "Set cutoff_len: 512 (-16.5 GiB, peak 10.4 GiB: fits; long samples are cut)",
        "Set optim: paged_adamw_8bit (-374 MiB, peak 26.5 GiB: over; lower precision)",
      ]
    `);
    const before = analysis.estimate!.peak.device.expected;
    for (const lever of levers) {
      const after = analyse(applied(text, editsOf(lever)), 'train.yaml', analysis.environment);
      expect(after.estimate!.peak.device.expected).toBeLessThan(before * 0.99);
      if (lever.title.includes(': fits')) expect(after.verdict).toBe('fits');
    }
  });

  it('offer another GPU by a command, not by an edit', () => {
    const { actions } = actionsAt(readFileSync(at('smaller-batch'), 'utf8'));
    expect(actions.filter((a) => a.command).map((a) => a.command!.command)).toEqual(['headroom.pickGpu']);
  });

  it('are offered only where the cursor is on the problem', () => {
    const marked = readFileSync(at('idle-key'), 'utf8').replace('$0', '').replace('stage:', 'sta$0ge:');
    expect(actionsAt(marked).actions).toEqual([]);
  });

  it('are titled in the language of the user', () => {
    const { actions } = actionsAt(readFileSync(at('smaller-batch'), 'utf8'), 'zh-cn');
    for (const { title } of actions) expect(title).toMatch(/\p{Script=Han}/u);
  });
});
