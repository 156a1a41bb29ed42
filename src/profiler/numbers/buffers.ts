// Bytes of distinct buffers at the seam between tfjs and its backend, by term: what is alive now, and the worst moment of
// each phase. `tf.memory()` will not do: it counts a buffer once a handle. One count a data id will not do either: on the
// native backend a reshape, or a slice along the first axis, has a data id of its own over the same memory.

import {
  type MeasuredPhase,
  type MeasuredTerm,
  type Moments,
  type Place,
  Segments,
  type TermBytes,
} from '../measured.ts';
import type { Tf } from '../tf.ts';

interface Buffer {
  readonly bytes: number;
  term: MeasuredTerm;
  references: number;
}
interface Info {
  readonly bytes: number;
  readonly dtype: string;
  readonly shape: readonly number[];
}
type Entry = Info & { buffer: Buffer };
interface Kernel {
  readonly kernelName?: string;
  readonly inputs?: Readonly<Record<string, { readonly dataId: object; readonly shape: readonly number[] } | null>>;
  readonly attrs?: Readonly<Record<string, unknown>>;
}
/** The two members of tfjs's engine that see every tensor come and go (tfjs-core/src/engine.ts). */
interface Seam {
  readonly backendName: string;
  readonly state: { tensorInfo: Table };
  runKernelFunc(kernel: Kernel): unknown;
}
interface Table {
  has(id: object): boolean;
  get(id: object): Info | undefined;
  set(id: object, info: Info): Table;
  delete(id: object): boolean;
}

/** TensorFlow copies instead of sharing where a piece would begin or end off this boundary. */
const ALIGNMENT = 64;

type IsView = (attrs: Readonly<Record<string, unknown>>, input: Info, output: Info) => boolean;
const sameBytes: IsView = (_, x, y) => x.bytes === y.bytes && x.dtype === y.dtype;
const numbers = (value: unknown): number[] => [value ?? []].flat().map(Number);
const slice: IsView = (attrs, x, y) => {
  if (y.shape.length !== x.shape.length || y.shape.slice(1).join() !== x.shape.slice(1).join()) return false;
  if (y.shape[0] === x.shape[0]) return true;
  const row = x.bytes / (x.shape[0] ?? 1);
  if (x.shape.length > 1) return row % ALIGNMENT === 0;
  const begin = numbers(attrs.begin)[0] ?? 0;
  return (begin * row) % ALIGNMENT === 0 && ((begin + (y.shape[0] ?? 0)) * row) % ALIGNMENT === 0;
};
const rows: IsView = (attrs, x, y) =>
  attrs.axis === 0 && (x.shape.length > 1 ? x.bytes / (x.shape[0] ?? 1) : y.bytes) % ALIGNMENT === 0;

/** Kernels of the native backend whose result may be a view of their only input. */
const VIEWS: Readonly<Record<string, IsView>> = {
  Identity: sameBytes,
  Reshape: sameBytes,
  ExpandDims: sameBytes,
  Cast: sameBytes,
  BroadcastTo: sameBytes,
  Tile: sameBytes,
  Concat: sameBytes,
  Pack: sameBytes,
  PadV2: sameBytes,
  Transpose: (attrs) => numbers(attrs.perm).every((p, i) => p === i),
  Slice: slice,
  StridedSlice: (attrs, x, y) => numbers(attrs.strides).every((s) => s === 1) && slice(attrs, x, y),
  SplitV: rows,
  Unpack: rows,
};

export class Buffers {
  live = 0;
  /** What buffers made from now on are for. */
  term: MeasuredTerm = 'activations';
  /** The most that stood at any time since the phase began, kernels' scratch included: what the process itself would say. */
  highest = 0;
  readonly segments = new Segments();
  private readonly series = new Map<string, Moments>();
  private phase: MeasuredPhase = 'load';
  private place: Place = 'model';
  private readonly byTerm = new Map<MeasuredTerm, number>();
  private readonly entries = new WeakMap<object, Entry>();
  private readonly running: Kernel[] = [];
  private readonly native: boolean;
  /** Lets go of the engine; what was counted stays. */
  detach: () => void = () => {};

  constructor(tf: Tf) {
    const engine = tf.engine() as unknown as Seam;
    this.native = engine.backendName === 'tensorflow';
    this.listen(engine);
  }

  private listen(engine: Seam): void {
    const before = engine.state.tensorInfo;
    const { entries, running } = this;
    const run = engine.runKernelFunc.bind(engine);
    const table: Table = {
      has: (id) => entries.has(id) || before.has(id),
      get: (id) => entries.get(id) ?? before.get(id),
      set: (id, info) => {
        entries.set(id, Object.assign(info, { buffer: this.bufferOf(info) }));
        return table;
      },
      delete: (id) => {
        const entry = entries.get(id);
        if (!entry) return before.delete(id);
        this.drop(entry.buffer);
        return entries.delete(id);
      },
    };
    const original = engine.runKernelFunc;
    this.detach = () => {
      engine.state.tensorInfo = before;
      engine.runKernelFunc = original;
    };
    engine.state.tensorInfo = table;
    engine.runKernelFunc = (kernel) => {
      running.push(kernel);
      try {
        return run(kernel);
      } finally {
        running.pop();
      }
    };
  }

  private bufferOf(output: Info): Buffer {
    const shared = this.native ? this.viewed(output) : null;
    if (shared) {
      shared.references++;
      return shared;
    }
    this.count(this.term, output.bytes);
    this.highest = Math.max(this.highest, this.live);
    return { bytes: output.bytes, term: this.term, references: 1 };
  }

  private viewed(output: Info): Buffer | null {
    const kernel = this.running.at(-1);
    const isView = VIEWS[kernel?.kernelName ?? ''];
    if (!kernel || !isView) return null;
    const [input, ...more] = Object.values(kernel.inputs ?? {}).filter((x) => x !== null);
    const entry = input && this.entries.get(input.dataId);
    if (!entry || more.length > 0) return null;
    return isView(kernel.attrs ?? {}, { ...entry, shape: input.shape }, output) ? entry.buffer : null;
  }

  private drop(buffer: Buffer): void {
    if (--buffer.references === 0) this.count(buffer.term, -buffer.bytes);
  }

  private count(term: MeasuredTerm, bytes: number): void {
    this.live += bytes;
    this.byTerm.set(term, (this.byTerm.get(term) ?? 0) + bytes);
  }

  /** The data of a tensor is for something else from now on: a gradient that a parameter has taken over. */
  rename(dataId: object, term: MeasuredTerm): void {
    const buffer = this.entries.get(dataId)?.buffer;
    if (!buffer) return;
    this.count(buffer.term, -buffer.bytes);
    buffer.term = term;
    this.count(term, buffer.bytes);
  }

  begin(phase: MeasuredPhase): void {
    this.phase = phase;
    this.segments.forget(phase);
    for (const [key, moments] of this.series) if (moments.phase === phase) this.series.delete(key);
    this.enter('model');
  }

  enter(place: Place): void {
    this.place = place;
    this.settle();
  }

  /** Between two operations: no kernel's scratch is alive. */
  settle(): void {
    const { phase, place, live } = this;
    this.segments.note(phase, place, live, () => this.alive());
    const key = `${phase} ${place}`;
    const before = this.series.get(key);
    if (before) before.held.push(live);
    else this.series.set(key, { phase, place, held: [live] });
  }

  /**
   * Layers in the middle lie between the first and the last, in bytes too. The optimizer's moments are as many as there are
   * parameters: the worst stands for them.
   */
  moments(): Moments[] {
    const isWhole = ({ phase }: Moments): boolean => phase === 'forward' || phase === 'backward';
    const worst = (m: Moments): Moments => ({ ...m, held: [Math.max(...m.held)] });
    return [...this.series.values()].filter((m) => m.place !== 'middle').map((m) => (isWhole(m) ? m : worst(m)));
  }

  alive(): TermBytes {
    return Object.fromEntries([...this.byTerm].filter(([, bytes]) => bytes !== 0));
  }
}
