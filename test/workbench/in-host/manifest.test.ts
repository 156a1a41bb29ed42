// What package.json promises is there.

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { open, until } from './surfaces.ts';

describe('the manifest', () => {
  const extension = vscode.extensions.getExtension('headroom.headroom');

  it('activates on a training config', async () => {
    assert.ok(extension, 'the extension is not loaded');
    await open('training/lora.yaml');
    await until(
      () => extension.isActive,
      (active) => active,
    );
  });

  it('contributes exactly the commands that are registered', async () => {
    const contributed: { command: string }[] = extension?.packageJSON.contributes.commands;
    const registered = (await vscode.commands.getCommands(true)).filter((id) => id.startsWith('headroom.'));
    const promised = contributed.map(({ command }) => command).sort();
    assert.deepEqual(registered.sort(), promised);
    assert.ok(promised.includes('headroom.showPanel'));
  });

  it('gives every setting its contributed default', () => {
    const properties: Record<string, { default: unknown }> =
      extension?.packageJSON.contributes.configuration.properties;
    for (const [key, { default: value }] of Object.entries(properties)) {
      assert.deepEqual(vscode.workspace.getConfiguration().inspect(key)?.defaultValue, value, key);
    }
  });
});
