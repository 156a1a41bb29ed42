import type { ModelShape } from '../memory/shape.ts';

/** How a model reference became a shape, or why it did not. */
export type ModelResolution =
  | {
      readonly kind: 'known';
      readonly shape: ModelShape;
      readonly id: string | null;
      /** `config`: fields given in the file or beside it; `id`: the catalogue; `preset`; `name`: guessed from the size in the name. */
      readonly source: 'config' | 'id' | 'preset' | 'name';
      /** The catalogue's id when `id` is a fine-tune or mirror of it. */
      readonly base?: string;
      /** 0 for exact shapes; else the relative width of the parameter count (0.1 = 10 %). */
      readonly width: number;
    }
  | {
      readonly kind: 'unknown';
      readonly id: string | null;
      readonly why:
        | 'no-reference'
        | 'id-not-in-catalogue'
        | 'family-not-supported'
        | 'fields-missing'
        | 'bad-field'
        | 'unknown-preset'
        | 'bad-config-file';
      readonly detail: string;
      readonly near: readonly string[];
    };
