// Keys of the inbox. They come before those of every page, because here j, Enter and / mean conversations.

const one = (selector, root = document) => root.querySelector(selector);
const rows = () => [...document.querySelectorAll("#list .rows > li")];
const here = () => one("#list .rows > li[data-here]") ?? one("#list .rows > li[data-open]");

function move(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(here());
  const next = all[Math.min(all.length - 1, Math.max(0, at + by))];
  for (const row of all) row.toggleAttribute("data-here", row === next);
  one("a.to-talk", next).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

// Opens a menu of the toolbar and goes to its first entry; digits then choose.
function menu(key) {
  const found = one(`details.menu[data-key="${key}"]`);
  if (!found) return;
  for (const other of document.querySelectorAll("details.menu[open]")) other.open = false;
  found.open = true;
  one("input:not([type=hidden]), button", one(".menu-list", found))?.focus();
}

function write(mode) {
  const box = one("#text");
  if (!box) return;
  const wanted = mode === "note" ? one('.modes input[value="note"]') : one(".modes input");
  if (wanted && (mode === "note" || one('.modes input[value="note"]')?.checked)) {
    wanted.checked = true;
    wanted.dispatchEvent(new Event("change", { bubbles: true }));
  }
  box.focus();
}

function within(event) {
  const open = event.target.closest("details.menu[open] .menu-list");
  if (!open) return false;
  const entries = [...open.querySelectorAll("button.to")];
  const at = entries.indexOf(document.activeElement);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    entries[(at + (event.key === "ArrowDown" ? 1 : -1) + entries.length) % entries.length]?.focus();
  } else if (/^[1-9]$/.test(event.key) && !event.target.matches("input")) {
    entries[Number(event.key) - 1]?.click();
  } else return false;
  return true;
}

const acts = {
  j: () => move(1),
  k: () => move(-1),
  Enter: () => one("a.to-talk", here() ?? document.createElement("p"))?.click(),
  r: () => write("answer"),
  n: () => write("note"),
  x: () => one(".pick", here() ?? document.createElement("p"))?.click(),
  "/": () => one("#seek")?.select(),
  "?": () => one("#desk-keys")?.showModal(),
  ...Object.fromEntries(["a", "s", "l", "e", "m", "i"].map((key) => [key, () => menu(key)])),
};

function leave(event) {
  const open = event.target.closest?.("details.menu[open]");
  if (open) {
    open.open = false;
    one("summary", open).focus();
  } else if (event.target.matches("input, textarea, select")) event.target.blur();
}

export const keys = {
  begin({ step }) {
    document.addEventListener("keydown", (event) => this.press(event, step), true);
  },
  press(event, step) {
    if (event.target.closest("dialog[open]")) return;
    if (event.key === "Escape") leave(event);
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (within(event)) return event.preventDefault();
    if (typing || (event.key === "Enter" && !event.target.matches("body, a.to-talk, .grow, h2"))) return;
    if (event.key === "p") step("person");
    const act = acts[event.key];
    if (!act) return;
    act();
    event.preventDefault();
    event.stopImmediatePropagation();
  },
};
