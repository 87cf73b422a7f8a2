// The inbox without reloading: keys, three panes or three steps, who else is here, what is new, and the reply box.
// Every link and button works without it; it only saves waiting.

import { keys } from "./inbox-keys.js";
import { beats } from "./inbox-beat.js";
import { composer } from "./inbox-compose.js";

const one = (selector, root = document) => root.querySelector(selector);
const desk = one("#desk");

function step(name) {
  desk.dataset.step = name;
  const target = { list: "#rows-scroll", talk: "#talk-title", person: "#beside h2" }[name];
  if (matchMedia("(max-width: 900px)").matches) {
    scrollTo(0, 0);
    one(target)?.setAttribute("tabindex", "-1");
    one(target)?.focus({ preventScroll: true });
  }
}

function mark(id) {
  for (const row of document.querySelectorAll("#list .rows > li")) {
    row.toggleAttribute("data-open", row.dataset.case === id);
    one("a.to-talk", row).toggleAttribute("aria-current", row.dataset.case === id);
  }
}

function bottom() {
  const scroll = one("#thread-scroll");
  if (scroll) scroll.scrollTop = scroll.scrollHeight;
}

// What grows below (findings, suggestions) must not push the last words out of sight.
const watcher = new ResizeObserver(([entry]) => {
  const scroll = entry.target;
  if (scroll.dataset.end === "yes") scroll.scrollTop = scroll.scrollHeight;
});

function stay() {
  const scroll = one("#thread-scroll");
  if (!scroll) return;
  watcher.disconnect();
  watcher.observe(scroll);
  scroll.dataset.end = "yes";
  const atEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 60;
  scroll.addEventListener("scroll", () => (scroll.dataset.end = atEnd() ? "yes" : "no"), { passive: true });
}

// On a telephone the keyboard takes half of the screen: the reply box stands above it, the last words above that.
const narrow = matchMedia("(max-width: 900px)");

function aboveKeyboard() {
  const view = visualViewport;
  const hidden = view ? Math.max(0, Math.round(innerHeight - view.height - view.offsetTop)) : 0;
  desk.style.setProperty("--keyboard", `${hidden}px`);
  if (narrow.matches && one("#text:focus")) scrollTo(0, document.documentElement.scrollHeight);
}

// What came anew: a conversation was opened, or the list was changed.
function fresh(target) {
  if (target.id === "talk") {
    const id = target.dataset.case ?? "";
    desk.dataset.open = id ? "yes" : "no";
    if (desk.dataset.opened !== id) step("talk");
    desk.dataset.opened = id;
    mark(id);
    document.title = `${one("#talk-title")?.textContent.trim() ?? ""} · ${document.title.split(" · ").at(-1)}`;
    bottom();
    stay();
    composer.wake();
    beats.opened();
  }
  if (target.id === "findings") aboveKeyboard();
  if (target.id === "list" || target.closest?.("#list")) mark(one("#talk")?.dataset.case ?? "");
}

if (desk) {
  desk.dataset.opened = one("#talk")?.dataset.case ?? "";
  document.addEventListener("htmx:afterSettle", (event) => fresh(event.target));
  document.addEventListener("desk-changed", () => beats.list());
  // A refusal is an answer too: what was written stays in the box, and why stands above it.
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if ([409, 422].includes(detail.xhr.status)) Object.assign(detail, { shouldSwap: true, isError: false });
  });
  document.addEventListener("click", (event) => {
    const to = event.target.closest("[data-step-to]");
    if (!to) return;
    event.preventDefault();
    step(to.dataset.stepTo);
  });
  visualViewport?.addEventListener("resize", aboveKeyboard);
  document.addEventListener("focusin", (event) => event.target.id === "text" && requestAnimationFrame(aboveKeyboard));
  keys.begin({ step });
  composer.wake();
  beats.begin();
  bottom();
  stay();
}
