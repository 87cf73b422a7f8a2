// The reply box: how many signs are left, what the honesty gate says, suggestions by a key, drafts that are kept.

import { beats } from "./inbox-beat.js";

const one = (selector, root = document) => root.querySelector(selector);
const segmenter = "Segmenter" in Intl ? new Intl.Segmenter() : null;
let waiting = 0;
let typedAt = 0;

const form = () => one("#compose");
const box = () => one("#text");
const mode = () => one('.modes input:checked', form() ?? document);

// As the network counts: graphemes or characters, and every address as so many as it says.
export function length(text, { counts, link }) {
  const size = (part) => (counts === "graphemes" && segmenter ? [...segmenter.segment(part)].length : [...part].length);
  if (!link) return size(text);
  const addresses = text.match(/https?:\/\/\S+/g) ?? [];
  return size(text.replace(/https?:\/\/\S+/g, "")) + addresses.length * Number(link);
}

function count() {
  const place = one("#count");
  const rules = mode()?.dataset;
  if (!place || !rules) return;
  const limit = Number(rules.limit || 0);
  const left = limit - length(box().value, rules);
  place.textContent = limit ? `${left}` : "";
  place.title = limit ? `${limit - left} / ${limit}` : "";
  place.classList.toggle("over", limit > 0 && left < 0);
  place.setAttribute("aria-live", left < 20 ? "polite" : "off");
}

function examine() {
  if (!form()) return;
  const spoken = ["public", "private"].includes(mode()?.value);
  const values = { text: spoken ? box().value : "", mode: mode()?.value ?? "", overrule: form().elements.overrule?.value ?? "" };
  if (!one('[name="overrule"]:focus')) htmx.ajax("POST", form().dataset.examine, { target: "#findings", swap: "innerHTML", values, source: "#findings" });
  const draft = new URLSearchParams({ text: box().value, mode: mode()?.value ?? "" });
  fetch(form().dataset.draft, { method: "POST", body: draft, headers: JSON.parse(document.body.getAttribute("hx-headers")) }).catch(() => {});
}

function typed() {
  count();
  if (Date.now() - typedAt > 3000) {
    typedAt = Date.now();
    beats.typing();
  }
  clearTimeout(waiting);
  waiting = setTimeout(examine, 600);
}

function insert(text) {
  const area = box();
  const [from, to] = [area.selectionStart, area.selectionEnd];
  const gap = from > 0 && !/\s$/.test(area.value.slice(0, from)) ? " " : "";
  area.setRangeText(gap + text, from, to, "end");
  area.focus();
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

async function fill(button) {
  const answer = await fetch(button.dataset.fill, { method: "POST", headers: JSON.parse(document.body.getAttribute("hx-headers")) });
  button.closest("details.menu").open = false;
  insert(await answer.text());
}

document.addEventListener("input", (event) => event.target.id === "text" && typed());
document.addEventListener("change", (event) => {
  if (!event.target.closest(".modes")) return;
  count();
  examine();
});
document.addEventListener("click", (event) => {
  const put = event.target.closest("[data-insert]");
  const saved = event.target.closest("[data-fill]");
  if (put) insert(put.dataset.insert);
  if (saved) fill(saved);
});
document.addEventListener("keydown", (event) => {
  if (!form()) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target === box()) {
    event.preventDefault();
    form().requestSubmit([...form().querySelectorAll("button.primary")].find((button) => button.offsetParent));
  }
  if (event.altKey && /^Digit[1-9]$/.test(event.code)) {
    const offer = one(`[data-digit="${event.code.slice(-1)}"]`);
    if (offer) event.preventDefault(), insert(offer.dataset.insert);
  }
});

export const composer = {
  wake() {
    clearTimeout(waiting);
    if (!form()) return;
    count();
    if (form().dataset.awake) return;
    form().dataset.awake = "1"; // what was begun before is examined once, as if it were typed now
    if (box().value.trim() && !one("#findings .finding")) examine();
  },
};
