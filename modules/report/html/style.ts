/** The report's style: light and dark, narrow and wide, screen and paper. */
export const style = `
:root{color-scheme:light dark;--bg:#f6f7f7;--surface:#fff;--ink:#1b2127;--muted:#55606b;--line:#d7dce1;--soft:#eef1f3;--accent:#0b5a82;--error:#9f1a1f;--error-bg:#fdeceb;--warning:#774900;--warning-bg:#fcf1d9;--info:#38506a;--info-bg:#e9f0f6;--good:#1c6743}
@media screen and (prefers-color-scheme:dark){:root{--bg:#11151a;--surface:#191f25;--ink:#e3e8ed;--muted:#a3aeb9;--line:#353e47;--soft:#222a32;--accent:#8ac8ea;--error:#ffb4ad;--error-bg:#3d1c1d;--warning:#f3c97c;--warning-bg:#352910;--info:#b8ccdf;--info-bg:#1e2c3a;--good:#8ed8b2}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif;font-variant-numeric:tabular-nums}
header,main,footer{max-width:68rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:2.5rem}
h1,h2,h3,h4{line-height:1.25;margin:0;text-wrap:balance}
h1{font-size:2rem;font-weight:650;letter-spacing:-.015em}
h2{font-size:1.3rem;font-weight:650;letter-spacing:-.01em;overflow-wrap:anywhere}
main>section>h2{margin-bottom:.75rem}
.small code{font-size:.95em}
.nowrap{white-space:nowrap}
h3{font-size:.95rem;font-weight:650;margin:1.75rem 0 .6rem}
h4{font-size:.95rem;font-weight:600;overflow-wrap:anywhere}
p{margin:.4rem 0}
code,kbd,.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono",monospace;font-size:.87em}
code{overflow-wrap:break-word}
a code,.long,summary code,.facts code{overflow-wrap:anywhere}
a{color:var(--accent);text-underline-offset:.15em}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:3px}
ul{margin:0;padding:0;list-style:none}
.skip{position:absolute;left:-999px}
.skip:focus{left:1rem;top:1rem;background:var(--surface);padding:.5rem .75rem;z-index:1}
.kicker{color:var(--muted);font-size:.85rem;margin:0 0 .35rem}
.lead{color:var(--muted);font-size:1.05rem;max-width:46rem;margin:.5rem 0 0}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:1px;background:var(--line);border:1px solid var(--line);border-radius:8px;overflow:hidden;margin:1.75rem 0 0}
.figures div{background:var(--surface);padding:.8rem 1rem;display:flex;flex-direction:column-reverse;justify-content:flex-end}
.figures dt{color:var(--muted);font-size:.85rem;line-height:1.35}
.figures dd{margin:0;font-size:1.6rem;font-weight:600;line-height:1.2;letter-spacing:-.01em}
.figures .error dd{color:var(--error)}.figures .warning dd{color:var(--warning)}
main>section{margin-top:2.75rem}
.cluster{background:var(--surface);border:1px solid var(--line);border-radius:10px;padding:1.1rem 1.35rem}
main>section.cluster{margin-top:1.25rem}
@media screen{.fleet .cluster{content-visibility:auto;contain-intrinsic-size:auto 7rem}}
.title{display:flex;flex-wrap:wrap;gap:.35rem .75rem;align-items:baseline}
.title p{margin:0;color:var(--muted)}
summary{cursor:pointer;color:var(--accent);width:fit-content;max-width:100%;padding:.15rem 0}
.cluster>details>summary{margin-top:.35rem;overflow-wrap:anywhere}
.cluster .back{font-size:.85rem;margin:1.25rem 0 0}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:8px;background:var(--surface)}
table{border-collapse:collapse;width:100%;min-width:42rem;font-size:.92rem}
th,td{text-align:left;vertical-align:top;padding:.5rem .8rem;border-top:1px solid var(--line)}
thead th{border-top:0;color:var(--muted);font-weight:500;font-size:.85rem;background:var(--soft);white-space:nowrap}
tbody th{font-weight:600}
tbody th.plain{font-weight:400}
.facts+.scroll{margin-top:.8rem}
.scroll+.facts{margin-top:.7rem}
td.number,th.number{text-align:right}
.badge{display:inline-block;border-radius:4px;padding:.05rem .45rem;font-size:.8rem;line-height:1.5;font-weight:550;background:var(--soft);color:var(--ink);white-space:nowrap}
.badge.error{background:var(--error-bg);color:var(--error)}
.badge.warning{background:var(--warning-bg);color:var(--warning)}
.badge.info{background:var(--info-bg);color:var(--info)}
.muted{color:var(--muted)}
.small{font-size:.85rem}
.good{color:var(--good);font-weight:550}
.risk{color:var(--warning);font-weight:550}
.picture svg{display:block;width:100%;min-width:46rem;height:auto;padding:.75rem}
.findings>li{border-left:4px solid var(--line);padding:.35rem .9rem;margin:.5rem 0;background:var(--soft);border-radius:0 6px 6px 0}
.findings>li.error{border-color:var(--error);background:var(--error-bg)}
.findings>li.warning{border-color:var(--warning);background:var(--warning-bg)}
.findings>li.info{border-color:var(--info);background:var(--info-bg)}
.findings p{margin:.1rem 0}.findings .muted{color:var(--ink)}
.findings .error .level{color:var(--error)}.findings .warning .level{color:var(--warning)}.findings .info .level{color:var(--info)}
.level{font-weight:650}
.role{border-top:1px solid var(--line);padding:.85rem 0;display:grid;grid-template-columns:minmax(0,13rem) minmax(0,1fr) minmax(0,1.35fr);gap:.4rem 1.75rem}
.role:first-of-type{border-top:0;padding-top:.2rem}
.role li{padding:.08rem 0}
.role .label{color:var(--muted);font-size:.85rem;margin:0 0 .15rem}
.role li+.label,.role ul+.label{margin-top:.6rem}
.facts{display:grid;grid-template-columns:minmax(8rem,max-content) minmax(0,1fr);gap:.3rem 1.5rem;margin:0}
.facts dt{color:var(--muted)}.facts dd{margin:0;overflow-wrap:anywhere}
.statements{margin:.35rem 0 .5rem;padding:0 0 0 .8rem;border-left:2px solid var(--line);font-size:.9rem}
.statements>li{padding:.25rem 0}
.tools{display:flex;flex-wrap:wrap;gap:.6rem 1rem;align-items:end;margin:.8rem 0}
.tools[hidden]{display:none}
.tools label{display:block;font-size:.85rem;color:var(--muted)}
input{font:inherit;color:inherit;background:var(--surface);border:1px solid var(--muted);border-radius:6px;padding:.35rem .6rem;width:min(22rem,100%)}
button{font:inherit;color:var(--accent);background:var(--surface);border:1px solid var(--muted);border-radius:6px;padding:.35rem .8rem;cursor:pointer}
footer{color:var(--muted);font-size:.85rem;margin-top:2.5rem;padding-bottom:3rem}
svg text{font:13px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif;fill:var(--ink)}
svg .mono{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono",monospace}
svg .head{font-weight:600}
svg .sub{fill:var(--muted);font-size:12px}
svg .lane{fill:var(--soft)}
svg .box{fill:var(--surface);stroke:var(--line)}
svg .warns{stroke:var(--warning);stroke-width:1.5}
svg .risk{fill:var(--warning)}
svg path{fill:none;stroke:var(--muted);stroke-width:1.5}
svg path.dashed{stroke:var(--warning);stroke-dasharray:5 4}
svg .tip{fill:var(--muted);stroke:none}
svg .under{fill:var(--soft)}
@media (max-width:46rem){header{padding-top:1.5rem}h1{font-size:1.6rem}.cluster{padding:1rem}.role{grid-template-columns:minmax(0,1fr)}.facts{grid-template-columns:minmax(0,1fr);gap:0}.facts dd{margin-bottom:.5rem}}
@media print{@page{margin:16mm 14mm}:root{--bg:#fff}body{font-size:10pt}header,main,footer{max-width:none;padding:0}.skip,.tools,.back{display:none!important}.cluster{border:0;border-top:1.5pt solid var(--ink);border-radius:0;padding:.8rem 0 0;break-before:page}.scroll{overflow:visible}.picture svg,table{min-width:0}.figures{grid-template-columns:repeat(6,1fr)}.role{grid-template-columns:minmax(0,9rem) minmax(0,1fr) minmax(0,1.6fr)}details::details-content{content-visibility:visible!important;height:auto!important}summary{color:var(--ink);list-style:none}tr,.role,.findings>li,.picture,svg{break-inside:avoid}h2,h3,h4{break-after:avoid}a{color:inherit;text-decoration:none}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
@media (forced-colors:active){.badge,.findings>li{border:1px solid}svg .box,svg path{stroke:CanvasText}svg text{fill:CanvasText}svg .lane,svg .box,svg .under{fill:Canvas}}
`;
