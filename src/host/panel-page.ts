// The panel's page: a shell with nothing in it. Data comes by message, never spliced into markup.
// Deliberately absent: `vscode`, so that a test can open this very page in a browser.

export interface PageParts {
  /** Fresh for every page; from a cryptographic source. */
  readonly nonce: string;
  readonly script: string;
  readonly style: string;
}

/** Nothing may load but our two files, by nonce: no network, no frames, no pictures, no inline script or style. */
export function contentSecurityPolicy(nonce: string): string {
  return `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'`;
}

/** `csp-nonce` is where the toolkit looks for the nonce of the one style element it adds itself. */
export function panelPage({ nonce, script, style }: PageParts): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy(nonce)}">
<meta property="csp-nonce" content="${nonce}">
<meta name="viewport" content="width=device-width">
<title>Headroom</title>
<link rel="stylesheet" nonce="${nonce}" href="${style}">
</head>
<body>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}
