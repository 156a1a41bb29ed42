// The packed extension, installed as a user installs it, works as the development folder does.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { formatBytes } from '../../../src/base/bytes.ts';
import { estimate } from '../command-line.ts';
import { lensText, open, pathOf, until } from '../in-host/surfaces.ts';

describe('the packed extension', () => {
  it('is the one that was installed', () => {
    const extension = vscode.extensions.getExtension('headroom.headroom');
    const extensions = process.env.HEADROOM_TEST_EXTENSIONS;
    assert.ok(extension && extensions);
    assert.equal(path.dirname(extension.extensionPath), path.resolve(extensions));
  });

  it('carries the pictures it shows, and not those of the repository', () => {
    const folder = vscode.extensions.getExtension('headroom.headroom')?.extensionPath ?? '';
    assert.deepEqual(readdirSync(path.join(folder, 'media')).sort(), ['icon.png', 'walkthrough']);
    assert.doesNotMatch(readFileSync(path.join(folder, 'readme.md'), 'utf8'), /screenshot/);
  });

  it('shows what the command line says', async () => {
    const document = await open('training/lora.yaml');
    const figure = formatBytes(estimate(pathOf(document)).peak.device.expected);
    await until(
      () => lensText(document),
      (text) => text.includes(`peak ${figure}`),
    );
  });

  it('opens its panel', async () => {
    await vscode.commands.executeCommand('headroom.showPanel');
    const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    await until(
      () => tabs().filter(({ input }) => input instanceof vscode.TabInputWebview).length,
      (count) => count === 1,
    );
  });
});
