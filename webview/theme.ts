// The paint of each term: one of the editor's own chart colours, and a hatching that takes over where colours are few
// (high contrast, forced colours). A term without paint does not compile.
// Deliberately absent: fixed colours. Every one follows the user's theme.

import type { TermName } from '../src/memory/estimate.ts';

interface Paint {
  readonly color: string;
  /** Angle of the hatching in degrees, and the part of it that is inked. */
  readonly angle: number;
  readonly ink: number;
}

const chart = (name: string): string => `var(--vscode-charts-${name})`;
const shade = (name: string, share: number): string =>
  `color-mix(in srgb, ${chart(name)} ${share}%, var(--vscode-editor-background))`;

/** What stays through the step is blue and violet, what comes and goes is warm, what nobody asked for is grey. */
const PAINTS: Readonly<Record<TermName, Paint>> = {
  weights: { color: chart('blue'), angle: 0, ink: 1 },
  adapters: { color: shade('blue', 55), angle: 45, ink: 0.5 },
  gradients: { color: chart('purple'), angle: 135, ink: 0.5 },
  optimizer: { color: shade('purple', 55), angle: 90, ink: 0.5 },
  casts: { color: shade('green', 50), angle: 0, ink: 0.5 },
  activations: { color: chart('green'), angle: 45, ink: 0.25 },
  logits: { color: chart('yellow'), angle: 135, ink: 0.25 },
  buffers: { color: shade('foreground', 55), angle: 90, ink: 0.25 },
  temporaries: { color: chart('orange'), angle: 0, ink: 0.25 },
  slack: { color: shade('foreground', 30), angle: 45, ink: 0.12 },
};

/** Order of the stack: what stays first, what comes and goes on top. Fixed, so that nothing changes places while typing. */
export const STACK_ORDER = Object.keys(PAINTS) as readonly TermName[];

export function paint(node: HTMLElement, term: TermName): void {
  const { color, angle, ink } = PAINTS[term];
  node.style.setProperty('--paint', color);
  node.style.setProperty('--hatch-angle', `${angle}deg`);
  node.style.setProperty('--hatch-ink', `${ink * 6}px`);
}
