// What every page has: shortcuts, dialogs, toasts, filters that apply themselves, light and dark.
// Pages work without it; elements that only make sense with it are `hidden` until it has come.

import { rows } from "./rows.js";

const say = (selector, what, root = document) => root.querySelectorAll(selector).forEach(what);
const typing = (target) => target.closest("input, textarea, select, [contenteditable], dialog[open]");

function wake(root) {
  say("[data-theme-switch], [data-shortcuts], [data-dismiss]", (element) => (element.hidden = false), root);
  say("form[data-apply] [type=submit]", (button) => (button.hidden = true), root);
  if (navigator.clipboard) say("[data-copy]", (button) => (button.hidden = false), root);
  say(".scroll", stack, root);
  say(".scroll:not([tabindex])", reachable, root);
  say(DATED, spell, root);
  say(".toast", (toast) => toast.classList.contains("bad") || setTimeout(() => toast.remove(), 12000), root);
}

// Browsers show dates in the order of their own language, whatever the page's: beside it stands the day in words, and
// the pattern of an empty field (mm/dd/yyyy) is shown only while somebody types.
const DATED = 'input[type="date"], input[type="datetime-local"], input[type="month"]';
const tongue = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
const DAY = { weekday: "short", day: "numeric", month: "long", year: "numeric" };
const PARTS = { date: DAY, "datetime-local": { ...DAY, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, month: { month: "long", year: "numeric" } };

function spell(field) {
  field.toggleAttribute("data-empty", !field.value && !field.validity.badInput);
  let words = field.nextElementSibling;
  if (!words?.matches(".in-words")) {
    words = Object.assign(document.createElement("span"), { className: "in-words", ariaHidden: "true" });
    field.after(words);
  }
  const moment = field.value && new Date(field.value.length === 7 ? `${field.value}-01T00:00` : field.value.length === 10 ? `${field.value}T00:00` : field.value);
  words.hidden = !moment || Number.isNaN(moment.getTime());
  words.textContent = words.hidden ? "" : new Intl.DateTimeFormat(tongue, PARTS[field.type]).format(moment);
}

document.addEventListener("input", (event) => event.target.matches?.(DATED) && spell(event.target));
document.addEventListener("focusout", (event) => event.target.matches?.(DATED) && spell(event.target));
document.addEventListener("reset", (event) => setTimeout(() => say(DATED, spell, event.target)));

// A table that does not fit a telephone becomes a card per row, each value under the name of its column. Matrices stay.
const MATRIX = ".heat, .hours, .map, .fixed, .evidence, .cells, .month-table";

function stack(region) {
  const table = region.querySelector(":scope > table:not(.stacked)");
  const rows = table?.tHead?.rows;
  if (!matchMedia("(max-width: 700px)").matches || !table || table.matches(MATRIX) || region.scrollWidth <= region.clientWidth) return;
  if (rows?.length !== 1 || rows[0].querySelector("a, button, [colspan]")) return;
  const names = [...rows[0].cells].map((cell) => cell.textContent.trim());
  table.classList.add("stacked");
  for (const [part, role] of [["table", "table"], ["thead, tbody", "rowgroup"], ["tr", "row"], ["td", "cell"], ["thead th", "columnheader"], ["tbody th", "rowheader"]])
    for (const one of part === "table" ? [table] : table.querySelectorAll(part)) one.setAttribute("role", role);
  for (const row of table.tBodies[0]?.rows ?? [])
    [...row.cells].forEach((cell, n) => n && names[n] && (cell.children.length || cell.textContent.trim()) && (cell.dataset.label = names[n]));
}

// What scrolls sideways must be scrollable by keyboard too.
function reachable(region) {
  if (region.scrollWidth <= region.clientWidth) return;
  region.tabIndex = 0;
  region.setAttribute("role", "region");
  region.setAttribute("aria-label", region.closest("section")?.querySelector("h2, h3")?.textContent ?? document.title);
}

const shortcuts = {
  "/": () => document.getElementById("search")?.select(),
  "?": () => document.getElementById("shortcuts")?.showModal(),
  j: () => rows.move(1),
  k: () => rows.move(-1),
  Enter: () => rows.open(),
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") say("details.menu[open], details.about[open]", (menu) => (menu.open = false));
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "Enter" && event.target !== document.body) return;
  if (shortcuts[event.key]?.() !== false && event.key === "/") event.preventDefault();
});

function turn() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  document.cookie = `theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax`;
}

// The button says that it is done, also to those who only hear it.
async function copy(button) {
  await navigator.clipboard.writeText(button.dataset.copy);
  button.setAttribute("aria-live", "polite");
  button.textContent += " ✓";
  delete button.dataset.copy;
}

document.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest(selector);
  say("details.menu[open], details.about[open]", (menu) => menu.contains(event.target) || (menu.open = false));
  if (at("[data-theme-switch]")) turn();
  if (at("[data-shortcuts]")) document.getElementById("shortcuts").showModal();
  if (at("[data-dismiss]")) at(".toast").remove();
  if (at("[data-copy]")) copy(at("[data-copy]"));
  // Browsers that know `command` open dialogs by themselves; the others are helped here.
  if ("command" in HTMLButtonElement.prototype) return;
  if (at("[data-opens]")) document.getElementById(at("[data-opens]").dataset.opens)?.showModal();
  if (at("[data-closes]")) document.getElementById(at("[data-closes]").dataset.closes)?.close();
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-apply]");
  if (form && event.target.type !== "search") form.requestSubmit();
});

// A fragment that could not be fetched must not look as if nothing had been asked for.
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status === 403) location.reload();
});
document.addEventListener("htmx:load", (event) => wake(event.target));

wake(document);
