// j and k walk through the rows of the first list on the page, Enter opens the row's first link.

const list = () => [...document.querySelectorAll("main table:not(.heat) tbody tr")].filter((row) => row.querySelector("a"));
const here = () => document.querySelector("tr[data-here]");

export const rows = {
  move(step) {
    const all = list();
    if (!all.length) return;
    const next = all[Math.min(all.length - 1, Math.max(0, all.indexOf(here()) + step))];
    here()?.removeAttribute("data-here");
    next.setAttribute("data-here", "");
    next.querySelector("a").focus();
    next.scrollIntoView({ block: "nearest" });
  },
  open() {
    here()?.querySelector("a")?.click();
  },
};
