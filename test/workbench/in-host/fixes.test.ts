// A quick fix, applied as a user applies it, removes the problem it belongs to.

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { codeActions, codeOf, diagnostics, open, set, until } from './surfaces.ts';

describe('a quick fix', () => {
  afterEach(async () => {
    await set('gpu', undefined);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('of a run over its GPU makes the file change, and the problem go or shrink', async () => {
    const document = await open('training/full.yaml');
    await set('gpu', '8 GiB'); // less than weights, gradients and Adam states alone take
    const [problem] = await until(
      () => diagnostics(document).filter((one) => /over/.test(codeOf(one))),
      (found) => found.length > 0,
    );
    assert.ok(problem);
    const fix = (await codeActions(document, problem.range)).find(({ edit }) => edit && edit.size > 0);
    assert.ok(fix?.edit, 'a run over its GPU offers no fix');
    const before = document.getText();
    assert.ok(await vscode.workspace.applyEdit(fix.edit));
    assert.notEqual(document.getText(), before);
    await until(
      () => diagnostics(document).map(({ message }) => message),
      (messages) => !messages.includes(problem.message),
    );
  });
});
