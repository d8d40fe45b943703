/// The style sheet of a report page: system fonts, light and dark, screen, phone and print.
///
/// Colours are told apart by people who see few of them: blue against orange, teal against grey,
/// each at least 3:1 against its background and text at least 4.5:1. No meaning rests on colour
/// alone.
enum ReportStyle {
  static let sheet: StaticString = """
    :root {
      color-scheme: light dark;
      --paper: #ffffff; --surface: #f6f7f8; --line: #e1e4e8; --ink: #1b2026; --muted: #5a646f;
      --baseline: #87909b; --candidate: #0b7a72; --more: #b9540c; --less: #2a66b0; --same: #87909b;
      --broken: #a3210f;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #14171a; --surface: #1c2024; --line: #30363d; --ink: #e7eaed; --muted: #a3adb7;
        --baseline: #7f8994; --candidate: #45b5aa; --more: #ef9550; --less: #72abea;
        --same: #7f8994; --broken: #ff9a86;
      }
    }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
    body {
      margin: 0 auto; max-width: 72rem; padding: clamp(1.25rem, 4vw, 3.5rem);
      background: var(--paper); color: var(--ink);
      font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
      font-variant-numeric: tabular-nums;
    }
    h1, h2, h3 { line-height: 1.2; letter-spacing: -0.012em; text-wrap: balance; }
    h1, h2, h3, p, li, th, td, figcaption { overflow-wrap: anywhere; }
    h1 { font-size: clamp(1.7rem, 5vw, 2.4rem); margin: 0 0 0.5rem; }
    h2 { font-size: 1.45rem; margin: 0 0 1rem; }
    h3 { font-size: 1.1rem; margin: 3rem 0 0.5rem; }
    p { margin: 0 0 0.75rem; max-width: 46rem; }
    header .kind { margin: 0 0 0.4rem; color: var(--candidate); font-weight: 600; }
    header .scope, .who, figcaption, caption, footer p { color: var(--muted); }
    section { margin-top: 3rem; padding-top: 2.5rem; border-top: 1px solid var(--line); }
    section.alone { margin-top: 2rem; padding-top: 0; border: 0; }
    .answer { font-size: 1.3rem; line-height: 1.4; }
    .rails { list-style: none; margin: 1.25rem 0; padding: 0; }
    .rails li {
      margin: 0.4rem 0; padding: 0.6rem 0.9rem; border-left: 4px solid var(--candidate);
      background: var(--surface); border-radius: 0 6px 6px 0;
    }
    .rails .broken { border-color: var(--broken); }
    .rails .broken strong { color: var(--broken); }
    .tiles {
      display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 0.75rem;
      margin: 2rem 0;
    }
    .tiles div { padding: 0.9rem 1rem; background: var(--surface); border-radius: 10px; }
    .tiles dt { font-size: 0.85rem; color: var(--muted); }
    .tiles dd { margin: 0; font-size: 0.85rem; color: var(--muted); }
    .tiles .value { margin: 0.15rem 0; font-size: 1.5rem; font-weight: 600; color: var(--ink); }
    .figures {
      display: grid; gap: 1.25rem;
      grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr));
    }
    figure {
      margin: 0; padding: 1.1rem 1.2rem; border: 1px solid var(--line); border-radius: 12px;
      min-width: 0;
    }
    figcaption { font-size: 0.9rem; margin-bottom: 0.9rem; }
    figcaption strong { display: block; font-size: 1rem; color: var(--ink); }
    svg { display: block; width: 100%; height: auto; overflow: visible; }
    svg text { font-size: 12px; fill: var(--muted); }
    svg .name, svg .value { font-size: 13px; fill: var(--ink); }
    svg .value { font-weight: 600; }
    .grid { stroke: var(--line); }
    .axis, .tick { stroke: var(--muted); }
    rect.baseline { fill: var(--baseline); }
    rect.candidate { fill: var(--candidate); }
    rect.more { fill: var(--more); }
    rect.less { fill: var(--less); }
    rect.same { fill: var(--same); }
    .curve { fill: none; stroke: var(--candidate); stroke-width: 2; stroke-linejoin: round; }
    .mark { fill: var(--paper); stroke: var(--candidate); stroke-width: 2; }
    .legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1.1rem; font-size: 0.85rem; }
    .key::before {
      content: ""; display: inline-block; width: 0.7rem; height: 0.7rem; margin-right: 0.4rem;
      border-radius: 2px; background: currentColor;
    }
    .key { color: var(--muted); }
    .key.baseline::before, .key.same::before { background: var(--baseline); }
    .key.candidate::before { background: var(--candidate); }
    .key.more::before { background: var(--more); }
    .key.less::before { background: var(--less); }
    table { width: 100%; border-collapse: collapse; margin: 0.5rem 0 1.5rem; font-size: 0.9rem; }
    caption { text-align: left; padding-bottom: 0.5rem; }
    th, td {
      padding: 0.5rem 0.9rem 0.5rem 0; border-bottom: 1px solid var(--line); text-align: left;
      vertical-align: top;
    }
    thead th { color: var(--muted); font-weight: 500; vertical-align: bottom; }
    tbody th { font-weight: 500; }
    .number { text-align: right; overflow-wrap: normal; white-space: nowrap; }
    thead .number { white-space: normal; }
    th:last-child, td:last-child { padding-right: 0; }
    code, tbody .code {
      font: 0.85em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
    }
    tbody .code { width: calc(16.2ch + 0.9rem); max-width: calc(16.2ch + 0.9rem); }
    tbody .code { min-width: calc(16.2ch + 0.9rem); }
    td.text { min-width: 6.5em; }
    details { margin-top: 2rem; }
    summary { cursor: pointer; font-weight: 600; padding: 0.4rem 0; }
    :focus-visible { outline: 2px solid var(--candidate); outline-offset: 3px; }
    footer { margin-top: 4rem; padding-top: 2rem; border-top: 1px solid var(--line); }
    footer h2 { font-size: 1.1rem; }
    @media (max-width: 44rem) {
      thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
      table, tbody, tr, tbody th, td, caption { display: block; width: auto; }
      tr { padding: 0.6rem 0; border-bottom: 1px solid var(--line); }
      tbody th, td { border: 0; padding: 0.1rem 0; text-align: left; max-width: none; }
      tbody th { font-weight: 600; }
      tbody .code { width: auto; min-width: 0; max-width: none; }
      td.text { min-width: 0; }
      .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); }
      .tiles .value { font-size: 1.2rem; }
      td { display: flex; justify-content: space-between; gap: 1rem; }
      td::before { content: attr(data-title); color: var(--muted); flex: none; }
      td.text { text-align: right; }
      figure { padding: 0.9rem; }
    }
    @media (max-width: 30rem) {
      svg text, svg .name, svg .value { font-size: 14px; }
    }
    @media print {
      @page { size: A4; margin: 15mm; }
      :root {
        color-scheme: light;
        --paper: #ffffff; --surface: #f6f7f8; --line: #d5d9de; --ink: #000000; --muted: #4a535c;
        --baseline: #87909b; --candidate: #0b7a72; --more: #b9540c; --less: #2a66b0;
        --same: #87909b; --broken: #a3210f;
      }
      html { font-size: 9.5pt; }
      body { padding: 0; max-width: none; print-color-adjust: exact; }
      .figures { grid-template-columns: 1fr 1fr; gap: 8pt; }
      table { font-size: 8pt; }
      figure, tr, .tiles, .rails li { break-inside: avoid; }
      h2, h3, caption { break-after: avoid; }
      section.one + section.one { break-before: page; }
      details::details-content { display: block; content-visibility: visible; height: auto; }
    }

    """
}
