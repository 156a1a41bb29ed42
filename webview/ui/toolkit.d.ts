// The prebuilt file carries no types of its own; it exports what the package's entry does, and the registered system.
declare module '@vscode/webview-ui-toolkit/dist/toolkit.min.js' {
  import type { provideVSCodeDesignSystem } from '@vscode/webview-ui-toolkit';

  export const VSCodeDesignSystem: ReturnType<typeof provideVSCodeDesignSystem>;
}
