/** What the report does beside being read: it filters clusters, opens what is linked to, and prints everything. */
export const script = `
(() => {
  const details = [...document.querySelectorAll("details")];
  const sections = [...document.querySelectorAll("section.cluster")];
  const rows = [...document.querySelectorAll("nav tbody tr")];
  const tools = document.querySelector(".tools");
  const filter = document.querySelector("#filter");
  const status = document.querySelector("#shown");
  const texts = sections.map((section) => section.textContent.toLowerCase());
  const apply = () => {
    const words = filter.value.toLowerCase().split(/\\s+/).filter(Boolean);
    let shown = 0;
    sections.forEach((section, index) => {
      const hides = !words.every((word) => texts[index].includes(word));
      section.hidden = hides;
      rows[index].hidden = hides;
      if (!hides) shown += 1;
    });
    status.textContent = words.length === 0 ? "" : shown + " of " + sections.length + " clusters";
  };
  const open = (value) => sections.forEach((section) => {
    section.querySelector("details").open = value;
  });
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const inside = target && target.closest("section.cluster");
    if (!inside) return;
    inside.querySelector("details").open = true;
    target.scrollIntoView();
  };
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = details.filter((each) => !each.open);
    closed.forEach((each) => { each.open = true; });
  });
  addEventListener("afterprint", () => closed.forEach((each) => { each.open = false; }));
  addEventListener("hashchange", reveal);
  filter.addEventListener("input", apply);
  document.querySelector("#open").addEventListener("click", () => open(true));
  document.querySelector("#close").addEventListener("click", () => open(false));
  tools.hidden = false;
  reveal();
})();
`;
