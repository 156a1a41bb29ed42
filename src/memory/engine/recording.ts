// What a stretch of code did to memory, as a list: made, held, let go, handed to a hook. Played on other tensors of the same
// sizes it does the same again without running the code. Whatever depends on more than sizes stays live and is only called at
// its place: hooks of wrappers, what becomes of a parameter and of its gradient.

import { takeGradient } from './backward.ts';
import type { Engine } from './engine.ts';
import { castParameter } from './leaf.ts';
import { callHook, type HookedModule, type HookName } from './module.ts';
import type { Label } from './sink.ts';
import type { ElementType, Parameter, Storage, Tensor } from './tensor.ts';

/** A tensor of a recording: which storage, and how it is seen. */
export interface Handle extends Pick<Tensor, 'elements' | 'dtype' | 'fresh'> {
  readonly slot: number;
}

export type Op =
  /** What is made and freed within the stretch, and nobody else sees. */
  | { readonly kind: 'take'; readonly slot: number; readonly bytes: number; readonly what: Label }
  | { readonly kind: 'give back'; readonly slot: number }
  | {
      readonly kind: 'make';
      readonly slot: number;
      readonly bytes: number;
      readonly what: Label;
      readonly references: number;
    }
  | { readonly kind: 'keep'; readonly slot: number }
  | { readonly kind: 'release'; readonly slot: number }
  /** The last one of a storage that nobody else holds. */
  | { readonly kind: 'free'; readonly slot: number }
  /** A handle on what a weight is at this moment: wrappers that gather weights change it. */
  | { readonly kind: 'keep weight'; readonly slot: number; readonly parameter: number }
  | { readonly kind: 'cast'; readonly parameter: number; readonly dtype: ElementType }
  | { readonly kind: 'gradient'; readonly parameter: number; readonly gradient: Handle }
  | { readonly kind: 'hook'; readonly hook: HookName; readonly module: number };

/** A module of a recording, by the places of its parameters. */
interface RecordedModule {
  readonly own: readonly number[];
  readonly isBlock: boolean;
}

export class Recorder {
  readonly modules: RecordedModule[] = [];
  private ops: Op[] = [];
  /** By slot: how many are held by what is recorded. */
  private readonly references: number[] = [];
  /** Slots whose storages are also held elsewhere, where a recording does not see it. */
  private readonly shared = new Set<number>();
  private readonly slots = new Map<Storage, number>();
  /** Handles on weights, latest last. */
  private readonly weights = new Map<Storage, number[]>();
  private readonly moduleNumbers = new Map<HookedModule, number>();
  private readonly parameters: readonly Parameter[];

  constructor(parameters: readonly Parameter[]) {
    this.parameters = parameters;
  }

  /** What came from elsewhere and will be something else when it is played. */
  bind(storage: Storage): void {
    this.shared.add(this.add(storage, 0));
  }

  private add(storage: Storage, references: number): number {
    const slot = this.references.push(references) - 1;
    this.slots.set(storage, slot);
    return slot;
  }

  make(storage: Storage, bytes: number, what: Label): void {
    this.ops.push({ kind: 'make', slot: this.add(storage, 1), bytes, what, references: 1 });
  }

  keep(storage: Storage): void {
    const slot = this.slots.get(storage);
    if (slot === undefined) this.keepWeight(storage);
    else this.count('keep', slot);
  }

  private keepWeight(storage: Storage): void {
    const parameter = this.parameters.findIndex((p) => p.tensor.storage === storage);
    if (parameter < 0) return;
    const slot = this.references.push(1) - 1;
    this.shared.add(slot);
    this.weights.set(storage, [...(this.weights.get(storage) ?? []), slot]);
    this.ops.push({ kind: 'keep weight', slot, parameter });
  }

  release(storage: Storage): void {
    const slot = this.slots.get(storage) ?? this.weights.get(storage)?.pop();
    if (slot !== undefined) this.count('release', slot);
  }

  private count(kind: 'keep' | 'release', slot: number): void {
    const references = (this.references[slot] ?? 0) + (kind === 'keep' ? 1 : -1);
    this.references[slot] = references;
    this.ops.push({ kind: references === 0 ? 'free' : kind, slot });
  }

  /** False for a leaf that the code made itself: its gradient is a tensor like others. */
  gradient(p: Parameter, tensor: Tensor): boolean {
    const parameter = this.parameters.indexOf(p);
    if (parameter < 0) return false;
    this.ops.push({ kind: 'gradient', parameter, gradient: this.handleOf(tensor) });
    return true;
  }

  cast(p: Parameter, dtype: ElementType): void {
    this.ops.push({ kind: 'cast', parameter: this.parameters.indexOf(p), dtype });
  }

  hook(hook: HookName, module: HookedModule): void {
    let number = this.moduleNumbers.get(module);
    if (number === undefined) {
      const own = module.own.map((p) => this.parameters.indexOf(p));
      number = this.modules.push({ own, isBlock: module.block !== null }) - 1;
      this.moduleNumbers.set(module, number);
    }
    this.ops.push({ kind: 'hook', hook, module: number });
  }

  handleOf({ storage, elements, dtype, fresh }: Tensor): Handle {
    const slot = this.slots.get(storage);
    if (slot === undefined) throw new Error('a tensor from elsewhere is handed on: bind it first');
    this.shared.add(slot);
    return { slot, elements, dtype, fresh };
  }

  /** What was recorded since the last time. Handles that come and go within a storage's life do nothing to memory. */
  take(): readonly Op[] {
    const { ops } = this;
    this.ops = [];
    const made = new Set(ops.flatMap((op) => (op.kind === 'make' ? op.slot : [])));
    return ops.flatMap((op) => this.settled(op, made) ?? []);
  }

  private settled(op: Op, made: ReadonlySet<number>): Op | null {
    if (op.kind === 'make') {
      if (this.shared.has(op.slot)) return op;
      const references = this.references[op.slot] ?? 0;
      return references > 0 ? { ...op, references } : { kind: 'take', slot: op.slot, bytes: op.bytes, what: op.what };
    }
    if (op.kind !== 'keep' && op.kind !== 'release' && op.kind !== 'free') return op;
    if (this.shared.has(op.slot)) return { kind: op.kind === 'free' ? 'release' : op.kind, slot: op.slot };
    if (op.kind !== 'free') return null;
    return made.has(op.slot) ? { kind: 'give back', slot: op.slot } : op;
  }
}

/** Where a recording is played: its slots, modules and parameters, filled as it goes. */
export interface Stage {
  readonly slots: Storage[];
  readonly modules: HookedModule[];
  readonly parameters: readonly Parameter[];
  readonly block: number;
}

export function play(e: Engine, ops: readonly Op[], modules: readonly RecordedModule[], stage: Stage): void {
  const { slots } = stage;
  const ids: number[] = [];
  for (const op of ops) {
    switch (op.kind) {
      case 'take':
        ids[op.slot] = e.sink.alloc(op.bytes, op.what);
        break;
      case 'give back':
        e.sink.free(ids[op.slot] ?? Number.NaN);
        break;
      case 'make':
        slots[op.slot] = { id: e.sink.alloc(op.bytes, op.what), references: op.references };
        break;
      case 'free':
        e.sink.free(storageAt(stage, op.slot).id);
        break;
      case 'keep':
        storageAt(stage, op.slot).references++;
        break;
      case 'release':
        e.letGo(storageAt(stage, op.slot));
        break;
      case 'keep weight':
        slots[op.slot] = parameterAt(stage, op.parameter).tensor.storage;
        storageAt(stage, op.slot).references++;
        break;
      case 'cast':
        castParameter(e, parameterAt(stage, op.parameter), op.dtype);
        break;
      case 'gradient':
        takeGradient(e, parameterAt(stage, op.parameter), tensorAt(stage, op.gradient));
        break;
      case 'hook':
        callHook(e, op.hook, moduleAt(stage, modules, op.module));
        break;
    }
  }
}

/** The handle becomes the caller's. */
export function tensorAt(stage: Stage, { slot, elements, dtype, fresh }: Handle): Tensor {
  return { storage: storageAt(stage, slot), elements, dtype, node: null, fresh, temporary: false };
}

function storageAt({ slots }: Stage, slot: number): Storage {
  const storage = slots[slot];
  if (!storage) throw new Error(`slot ${slot} is empty`);
  return storage;
}

export function parameterAt({ parameters }: Stage, i: number): Parameter {
  const p = parameters[i];
  if (!p) throw new Error(`no parameter ${i} where a recording is played`);
  return p;
}

function moduleAt(stage: Stage, recorded: readonly RecordedModule[], number: number): HookedModule {
  const { own = [], isBlock = false } = recorded[number] ?? {};
  const module = stage.modules[number] ?? {
    own: own.map((i) => parameterAt(stage, i)),
    block: isBlock ? stage.block : null,
  };
  stage.modules[number] = module;
  return module;
}
