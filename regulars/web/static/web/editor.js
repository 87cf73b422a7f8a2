// Writing: keeps the draft while one types, offers merge tags, moves blocks with the mouse, brings the preview along.
// Every button works without it.

import { offer } from "./offer.js";
import { dragging } from "./dragging.js";

const one = (selector, root = document) => root.querySelector(selector);
const form = () => one("#editor");
const look = one("#look");
let waiting = 0;

// --- the preview

function show() {
  if (!look) return;
  const said = new FormData(one("#look-form"));
  said.delete("q");
  said.delete("width");
  const part = new URLSearchParams(said);
  const frame = one("#look-frame");
  part.set("stamp", form()?.dataset.stamp ?? "");
  frame.src = `${look.dataset.preview}?${part}`;
  look.classList.toggle("phone", one("#look-width")?.value === "phone");
  look.classList.toggle("dark", one("#look-theme")?.value === "dark");
  htmx.trigger("#look-envelope", "look");
}

if (look) {
  one("#look-form button").hidden = true;
  if (one("#look-search")) one("#look-search").hidden = false;
  look.addEventListener("change", (event) => event.target.matches("#look-search") || show());
  one("#look-form").addEventListener("submit", (event) => (event.preventDefault(), show()));
  look.addEventListener("htmx:afterSwap", (event) => event.target.id === "look-person" && show());
}

// --- keeping

function keep() {
  clearTimeout(waiting);
  waiting = 0;
  const editor = form();
  if (!editor) return Promise.resolve();
  const values = Object.fromEntries(new FormData(editor));
  delete values.act;
  return htmx.ajax("POST", editor.dataset.save, { target: "#beside", swap: "innerHTML", values, source: "#beside" });
}

document.addEventListener("input", (event) => {
  if (!event.target.closest("#editor") || event.target.name === "new_language") return;
  clearTimeout(waiting);
  waiting = setTimeout(keep, 700);
  mended(event.target);
});

// what was wrong with a field is said no longer once somebody writes in it; above the text it is said what still is
function mended(field) {
  if (field.getAttribute("aria-invalid") !== "true") return;
  field.removeAttribute("aria-invalid");
  field.closest(".field")?.querySelector(".error")?.remove();
  field.closest(".block")?.classList.remove("faulty");
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.id === "editor") clearTimeout(waiting);
});
document.addEventListener("htmx:afterSettle", (event) => {
  const stamp = one("#beside .stamp")?.dataset.stamp;
  if (!form() || !stamp || (event.target.id !== "beside" && event.target.id !== "editor")) return;
  const fresh = form().dataset.stamp !== stamp || event.target.id === "editor";
  form().dataset.stamp = stamp;
  if (!one("#beside .stamp[data-overtaken]")) form().elements.seen.value = stamp;
  if (fresh) show();
});
// whoever presses Publish far below must see that it was refused, and where
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "editor" || !one("#beside .notice.bad")) return;
  const place = one("#editor [aria-invalid=true]") ?? one("#editor .faulty") ?? one("#beside .notice.bad");
  place.scrollIntoView({ block: "center" });
  if (place.matches("[aria-invalid]")) place.focus({ preventScroll: true });
});
addEventListener("pagehide", () => waiting && navigator.sendBeacon(form().dataset.save, new FormData(form())));

// somebody else was quicker: the page with both texts is shown like any other answer
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.status === 409) Object.assign(detail, { shouldSwap: true, isError: false });
});

// --- Markdown, pictures

const MARKS = { bold: ["**", "**"], italic: ["*", "*"], link: ["[", "](https://)"], list: ["\n- ", ""] };

function mark(area, [before, after]) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  area.focus();
  area.setRangeText(before + value.slice(start, end) + after, start, end, "select");
  area.setSelectionRange(start + before.length, end + before.length);
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function wake(root) {
  root.querySelectorAll("textarea[data-markdown]:not([data-awake])").forEach((area) => {
    area.dataset.awake = "";
    const bar = document.createElement("div");
    bar.className = "marks";
    for (const [name, signs] of Object.entries(MARKS)) {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "small plain", textContent: { bold: "B", italic: "I", link: "↗", list: "•" }[name] });
      button.setAttribute("aria-label", name);
      button.addEventListener("click", () => mark(area, signs));
      bar.append(button);
    }
    area.before(bar);
  });
  root.querySelectorAll("[data-picture]").forEach((button) => (button.hidden = false));
}

document.addEventListener("click", (event) => {
  const picture = event.target.closest("[data-picture]");
  if (!picture) return;
  const field = document.getElementById(picture.dataset.for);
  field.value = picture.dataset.picture;
  const alt = document.getElementById(picture.dataset.for.replace(/src$/, "alt"));
  if (alt && !alt.value) alt.value = picture.dataset.alt;
  picture.closest("details").open = false;
  field.dispatchEvent(new Event("input", { bubbles: true }));
});

document.documentElement.classList.add("scripted");
document.addEventListener("htmx:load", (event) => wake(event.target));
wake(document);
offer();
dragging();
