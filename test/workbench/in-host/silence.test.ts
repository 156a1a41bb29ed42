// On a file that is not a training config nothing is shown.

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { codeActions, diagnostics, hints, hover, lenses, lensText, open, until } from './surfaces.ts';

const FILES = { 'docker-compose.yaml': 'BATCH_SIZE', 'kubernetes.yaml': 'nvidia.com', 'workflow.yaml': 'steps' };

describe('a file that is not a training config', () => {
  before(async () => {
    // Silence means something only while the extension speaks elsewhere.
    const document = await open('training/lora.yaml');
    await until(
      () => lensText(document),
      (text) => text !== '',
    );
  });

  for (const [file, word] of Object.entries(FILES)) {
    it(`${file} shows nothing`, async () => {
      const document = await open(`other/${file}`);
      assert.deepEqual(await hints(document), []);
      assert.deepEqual(await lenses(document), []);
      assert.equal(await hover(document, word), '');
      await new Promise((resolve) => setTimeout(resolve, 1000)); // problems are published when typing rests
      assert.deepEqual(diagnostics(document), []);
      assert.deepEqual(await codeActions(document, new vscode.Range(0, 0, document.lineCount, 0)), []);
    });
  }
});
