// The prebuilt file carries no types of its own. Of what it exports, the page needs one name.
declare module '@vscode/webview-ui-toolkit/dist/toolkit.min.js' {
  /** The design system, with every element of the toolkit registered in it. */
  export const VSCodeDesignSystem: object | undefined;
}
