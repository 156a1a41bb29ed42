// Bytes a token and vocabulary entry that each version of the loss holds: at the end of forward, and at its peaks.

import { expect, it } from 'vitest';
import { replay } from '../../src/memory/step.ts';
import { ledgerTape, type Tape } from '../../src/memory/tape.ts';
import { planFor, type RunPart, SMALL } from './replayed.ts';

const VOCABULARY = 65_536;
const TOKENS = 1024;

/** Bytes of tensors of the vocabulary's size, alive at the peak of the head's segment of a phase. */
function logitsAt(tape: Tape, phase: 'forward' | 'backward'): number {
  const segment = tape.segments.get(`${phase} -1`);
  if (!segment) throw new Error(`the head has no segment in ${phase}`);
  const logits = tape
    .aliveAt(segment.event)
    .filter((a) => a.what.term === 'logits' && a.requested > TOKENS * VOCABULARY);
  return logits.reduce((n, a) => n + a.requested, 0) / (TOKENS * VOCABULARY);
}

const FORMS: readonly [
  name: string,
  loss: RunPart['loss'],
  autocast: 'none' | 'bf16',
  forward: number,
  backward: number,
][] = [
  ['current', {}, 'none', 10, 12],
  ['output kept through backward', { held: 'outputs-through-backward' }, 'none', 10, 14],
  ['raw logits in bf16', { upcast: false }, 'none', 4, 6],
  ['raw logits under autocast', { upcast: false }, 'bf16', 8, 10],
];

it.each(FORMS)('%s', (_name, loss, autocast, forward, backward) => {
  const tape = ledgerTape();
  replay(
    planFor({ ...SMALL, vocab_size: VOCABULARY }, { weights: { dtype: 'bf16' }, autocast, ...(loss ? { loss } : {}) }),
    tape,
    2,
  );
  tape.close();
  expect(logitsAt(tape, 'forward')).toBeCloseTo(forward, 6);
  expect(logitsAt(tape, 'backward')).toBeCloseTo(backward, 6);
});

it.each([
  ['4.45.2', 12, 12],
  ['4.47.0', 14, 12],
  ['5.0.0', 10, 12],
])('transformers %s, by its version alone', (transformers, forward, backward) => {
  const tape = ledgerTape();
  replay(
    planFor({ ...SMALL, vocab_size: VOCABULARY }, { weights: { dtype: 'bf16' }, versions: { transformers } }),
    tape,
    2,
  );
  tape.close();
  // Shifted copies lack one token a row.
  expect(logitsAt(tape, 'forward')).toBeCloseTo(forward, 1);
  expect(logitsAt(tape, 'backward')).toBeCloseTo(backward, 1);
});

it('Liger’s fused head never holds the logits of a whole batch', () => {
  const tape = ledgerTape();
  const plan = planFor(
    { ...SMALL, vocab_size: VOCABULARY },
    { weights: { dtype: 'bf16' }, framework: { kernels: ['liger'] }, loss: { kind: 'liger' } },
  );
  replay(plan, tape, 2);
  tape.close();
  // 1024 tokens, 65,536 / 256 = 256 chunks of 4 rows.
  const chunks = tape.all().filter((a) => a.what.name === 'logits of one chunk (Liger)');
  expect(new Set(chunks.map((a) => a.requested))).toEqual(new Set([4 * VOCABULARY * 2]));
  expect(chunks).toHaveLength(2 * 256);
});
