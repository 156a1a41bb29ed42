// The editor languages Headroom looks at. Activation and the document selector are both made from this list.
// Deliberately absent: a language id of our own; a config stays ordinary YAML for every other extension.

export const DOCUMENT_LANGUAGES = [
  'yaml',
  'json',
  'jsonc',
  // Command lines that start a training run, and the scripts of frameworks that have no config file.
  'shellscript',
  'makefile',
  'dockerfile',
  'markdown',
  'python',
] as const;
