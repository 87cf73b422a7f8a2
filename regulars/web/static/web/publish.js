// Posts of the calendar moved to another day: with the mouse, or with Alt and an arrow key.

const form = document.getElementById("move");
const days = document.querySelector("[data-days]");
let moved = null;

function move(post, day) {
  form.elements.plan.value = post.dataset.plan;
  form.elements.local.value = post.dataset.local;
  form.elements.day.value = day;
  form.requestSubmit();
}

// The day so many days from this one, counted without clocks: summer time must not lose one.
function shifted(day, by) {
  const [year, month, date] = day.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1, date + by)).toISOString().slice(0, 10);
}

const mark = (day) => {
  days.querySelectorAll(".day.target").forEach((one) => one.classList.remove("target"));
  day?.classList.add("target");
};

if (form && days) {
  // Who moves a post by keys goes on with it.
  const last = location.hash.match(/^#plan-(\d+)$/)?.[1];
  if (last) days.querySelector(`[data-plan="${last}"]`)?.focus();
  days.addEventListener("dragstart", (event) => {
    moved = event.target.closest?.("[data-plan]");
    if (!moved) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", moved.dataset.plan);
  });
  days.addEventListener("dragover", (event) => {
    const day = moved && event.target.closest?.("[data-day]");
    if (!day) return;
    event.preventDefault();
    mark(day);
  });
  days.addEventListener("drop", (event) => {
    const day = moved && event.target.closest?.("[data-day]");
    if (!day) return;
    event.preventDefault();
    if (day.dataset.day !== moved.dataset.local.slice(0, 10)) move(moved, day.dataset.day);
  });
  days.addEventListener("dragend", () => {
    moved = null;
    mark(null);
  });
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
  days.addEventListener("keydown", (event) => {
    const post = event.target.closest?.("[data-plan]");
    if (!post || !event.altKey || !steps[event.key]) return;
    event.preventDefault();
    move(post, shifted(post.dataset.local.slice(0, 10), steps[event.key]));
  });
}

// Texts written for one account only show the field they belong to.
document.querySelectorAll("[data-own]").forEach((box) => {
  const field = document.getElementById(box.dataset.own);
  const show = () => (field.hidden = !box.checked);
  box.addEventListener("change", show);
  show();
});
