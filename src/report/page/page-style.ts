/**
 * The look of a report page. Charts keep their own colours on paper and by day; in the dark each colour that would
 * vanish becomes its twin, which also holds for the signs in the tables.
 *
 * @param darkTwin colour in a chart -> colour in the dark
 */
export function pageStyle(darkTwin: Readonly<Record<string, string>>): string {
  const twins = Object.entries(darkTwin)
    .map(([light, dark]) => `svg [fill="${light}"]{fill:${dark}}svg [stroke="${light}"]{stroke:${dark}}`)
    .join('\n');
  return `:root{--ink:#1b2733;--muted:#566573;--line:#dfe4e8;--ground:#ffffff;--card:#f5f7f9;--link:#0067a3;
--shade:#1b273340;--good:#1a7f37;--warn:#9a6700;--bad:#b3261e;--calm:#566573}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.5rem clamp(1rem,4vw,3rem) 4rem;max-width:76rem;background:var(--ground);color:var(--ink);
font:1rem/1.55 system-ui,-apple-system,"Segoe UI","DejaVu Sans",Arial,sans-serif;overflow-wrap:anywhere}
.scenario{margin:0;color:var(--muted);font-family:ui-monospace,"DejaVu Sans Mono",monospace;font-size:.9rem}
h1{font-size:clamp(1.3rem,2.5vw,1.8rem);line-height:1.25;margin:.1rem 0 1rem}
h2{font-size:1.15rem;margin:2.2rem 0 .6rem}
.verdict{--tone:var(--calm);border-left:.5rem solid var(--tone);background:var(--card);border-radius:.3rem;padding:1rem 1.4rem}.verdict+.verdict{margin-top:1rem}
.verdict.good{--tone:var(--good)}.verdict.warn{--tone:var(--warn)}.verdict.bad{--tone:var(--bad)}
.verdict h2{margin:0;color:var(--tone);font-size:1rem;letter-spacing:.02em}
.sentence{font-size:clamp(1.2rem,2.2vw,1.5rem);line-height:1.35;font-weight:600;margin:.3rem 0 .6rem;max-width:64ch;text-wrap:balance}
.verdict ul{margin:.4rem 0 0;padding-left:1.2rem}
ul.expectations,ul.timeline{list-style:none;padding:0;margin:0}
.expectations li,.timeline li{margin:.35rem 0}
.met strong{color:var(--good)}.failed strong{color:var(--bad)}
.found{color:var(--muted)}
.scroll,.plot{overflow-x:auto;max-width:100%}
.scroll:focus-visible,.plot:focus-visible,pre:focus-visible,summary:focus-visible{outline:3px solid var(--link);outline-offset:2px}
table{border-collapse:collapse;font-size:.84rem;font-variant-numeric:tabular-nums;margin:.5rem 0 1rem;min-width:min(100%,34rem)}
caption{text-align:left;color:var(--muted);padding:.2rem 0 .4rem;overflow-wrap:normal}
th,td{padding:.3rem .45rem;border-top:1px solid var(--line);vertical-align:top;overflow-wrap:break-word}
thead th{border-top:0;border-bottom:2px solid var(--line);font-weight:600;vertical-align:bottom;white-space:nowrap}
tbody th{font-weight:400}.short{white-space:nowrap}
.left{text-align:left}.right{text-align:right;white-space:nowrap}
.group{border-top:2px solid var(--line)}
.swatch{width:.75em;height:.75em;vertical-align:-.02em;margin-right:.15em}
figure{margin:1rem 0 1.6rem}
figcaption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.plot svg{display:block;width:100%;max-width:60rem;height:auto;min-width:42rem}
.plot.natural svg{width:auto;max-width:none;min-width:0}
@media screen and (min-width:62rem){.plot.natural svg{max-width:100%}}
.plot.natural{margin-inline:-14px}
.scroll{background:linear-gradient(to right,var(--ground) 40%,transparent) left/2rem 100% no-repeat local,
linear-gradient(to left,var(--ground) 40%,transparent) right/2rem 100% no-repeat local,
linear-gradient(to right,var(--shade),transparent) left/.8rem 100% no-repeat,
linear-gradient(to left,var(--shade),transparent) right/.8rem 100% no-repeat}
.wider{display:none;color:var(--muted);font-size:.8rem;margin:.2rem 0}
details{margin:.4rem 0}summary{cursor:pointer;color:var(--link);font-size:.9rem}
dl.glossary{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;font-size:.88rem;color:var(--muted);margin:.2rem 0}
dl.glossary dt{font-weight:600}dl.glossary dd{margin:0}
dl.provenance{display:flex;flex-wrap:wrap;gap:.3rem 2rem;font-size:.88rem;color:var(--muted)}
dl.provenance div{display:flex;gap:.4rem}dl.provenance dt::after{content:":"}dl.provenance dd{margin:0;color:var(--ink)}
pre{font-size:.86rem;background:var(--card);padding:.8rem 1rem;border-radius:.3rem;overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere}
@media screen and (max-width:46rem){.wider{display:block}}
@media (max-width:40rem){dl.glossary{grid-template-columns:1fr}dl.glossary dd{margin:0 0 .3rem}.verdict{padding:.8rem 1rem}}
@media screen and (prefers-color-scheme:dark){
:root{--ink:#e6ebef;--muted:#a3b1bd;--line:#333e48;--ground:#161c22;--card:#1f272f;--link:#6cb6e8;
--shade:#00000099;--good:#56d364;--warn:#e3b341;--bad:#ff8a80;--calm:#a3b1bd}
${twins}
}
@media print{
body{max-width:none;padding:0;font-size:10pt}
.scroll,.plot{overflow:visible;background:none}.plot svg,.plot.natural svg{min-width:0;width:auto;max-width:100%;max-height:22cm}
table{font-size:7.5pt;min-width:0}th,td{padding:.12rem .3rem}thead th{white-space:normal}
figure,.verdict,tr{break-inside:avoid}h2{break-after:avoid}
details:not([open]){display:none}
}`;
}
