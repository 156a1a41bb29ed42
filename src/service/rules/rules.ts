// The registry of diagnostics. The documentation's list of rules is printed from here.

import { ambiguousDialect } from './ambiguous-dialect.ts';
import { duplicateKey } from './duplicate-key.ts';
import { keyWithoutEffect } from './key-without-effect.ts';
import { missingFile } from './missing-file.ts';
import { missingModel } from './missing-model.ts';
import { nothingTrained } from './nothing-trained.ts';
import { overBudget } from './over-budget.ts';
import type { Rule } from './rule.ts';
import { syntax } from './syntax.ts';
import { tight } from './tight.ts';
import { unknownField, unknownKey } from './unknown-key.ts';
import { unknownModel } from './unknown-model.ts';
import { unreadableValue } from './unreadable-value.ts';
import { unsupported } from './unsupported.ts';

export const rules: readonly Rule[] = [
  overBudget,
  tight,
  unknownModel,
  missingModel,
  nothingTrained,
  unreadableValue,
  unknownKey,
  unknownField,
  keyWithoutEffect,
  duplicateKey,
  unsupported,
  missingFile,
  ambiguousDialect,
  syntax,
];
