// Every surface of the editor prints the figure that the command line prints for the same file.

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { formatBytes } from '../../../src/base/bytes.ts';
import { estimate } from '../command-line.ts';
import { codeOf, diagnostics, hints, hover, lensText, open, pathOf, set, until } from './surfaces.ts';

const FILES = [
  'training/lora.yaml',
  'training/full.yaml',
  'training/native.yaml',
  'examples/llamafactory/qlora-qwen2.5-7b.yaml',
  'examples/headroom/minimind-pretrain-64m.yaml',
  'examples/seed/minimind-218m.yaml',
];

describe('the editor and the command line', () => {
  afterEach(() => set('gpu', undefined));

  for (const file of FILES) {
    it(`agree on the peak of ${file}`, async () => {
      const document = await open(file);
      const { peak } = estimate(pathOf(document));
      const figure = formatBytes(peak.device.expected);
      assert.ok(peak.device.expected > 2 ** 29, 'a training run takes more than its context');
      await until(
        () => lensText(document),
        (text) => text.includes(`peak ${figure}`),
      );
      const shown = await until(
        () => hints(document),
        (all) => all.some(({ text }) => text.includes(figure)),
      );
      assert.ok(shown.length <= 8, `${shown.length} hints are more than a file should have`);
    });

    it(`agree on the problems of ${file}`, async () => {
      const document = await open(file);
      const budget = '12 GiB';
      await set('gpu', budget);
      const expected = estimate(pathOf(document), '--vram', '12GiB')
        .problems.map(({ code }) => code)
        .sort();
      await until(
        () => diagnostics(document).map(codeOf).sort(),
        (codes) => String(codes) === String(expected),
      );
    });
  }

  it('agree on the verdict over a GPU', async () => {
    const document = await open('training/lora.yaml');
    for (const gpu of ['RTX 3060', 'A100 80GB']) {
      await set('gpu', gpu);
      const { fit } = estimate(pathOf(document), '--gpu', gpu);
      const words = { fits: /fits/, tight: /tight/, over: /over/ }[String(fit?.verdict)];
      assert.ok(words, `no verdict for ${gpu}`);
      await until(
        () => lensText(document),
        (text) => text.includes(gpu.split(' ').pop() ?? gpu) && words.test(text),
      );
    }
  });

  it('agree after an edit that is not saved', async () => {
    const document = await open('training/lora.yaml');
    const before = formatBytes(estimate(pathOf(document)).peak.device.expected);
    await until(
      () => lensText(document),
      (text) => text.includes(before),
    );
    await replace(document, 'per_device_train_batch_size: 2', 'per_device_train_batch_size: 4');
    const after = formatBytes(
      estimate(pathOf(document), '--set', 'per_device_train_batch_size=4').peak.device.expected,
    );
    assert.notEqual(after, before);
    await until(
      () => lensText(document),
      (text) => text.includes(`peak ${after}`),
    );
    await until(
      () => hints(document),
      (all) => all.some(({ text }) => text.includes(after)),
    );
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('explain a key in its hover', async () => {
    const document = await open('training/lora.yaml');
    const figure = formatBytes(estimate(pathOf(document)).peak.device.expected);
    await until(
      () => hover(document, 'cutoff_len'),
      (text) => text.includes(figure),
    ); // the row of the value in force
    assert.equal(await hover(document, 'identity'), '', 'a key that moves no memory has no hover');
  });
});

async function replace(document: vscode.TextDocument, from: string, to: string): Promise<void> {
  const start = document.getText().indexOf(from);
  assert.notEqual(start, -1, `${from} is not in ${document.fileName}`);
  const edit = new vscode.WorkspaceEdit();
  edit.replace(
    document.uri,
    new vscode.Range(document.positionAt(start), document.positionAt(start + from.length)),
    to,
  );
  await vscode.workspace.applyEdit(edit);
}
