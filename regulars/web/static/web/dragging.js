// Blocks moved with the mouse: taken at the grip, let fall before or after another one of the same list.

let moved = null;

const marks = () => document.querySelectorAll(".block.before, .block.after").forEach((block) => block.classList.remove("before", "after"));

// The block of the same list under the mouse; blocks may stand within it.
function near(target) {
  let block = moved && target.closest?.(".block");
  while (block && block.parentElement !== moved.parentElement) block = block.parentElement.closest(".block");
  return block === moved ? null : block;
}

const below = (block, event) => event.clientY > block.getBoundingClientRect().top + block.offsetHeight / 2;

export function dragging() {
  document.addEventListener("dragstart", (event) => {
    if (!event.target.closest?.(".grip")) return;
    moved = event.target.closest(".block");
    moved.classList.add("dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", moved.dataset.path);
    event.dataTransfer.setDragImage(moved, 16, 16);
  });
  document.addEventListener("dragover", (event) => {
    const block = near(event.target);
    if (!block) return;
    event.preventDefault();
    marks();
    block.classList.add(below(block, event) ? "after" : "before");
  });
  document.addEventListener("drop", (event) => {
    const block = near(event.target);
    if (!block) return;
    event.preventDefault();
    const from = Number(moved.dataset.place);
    const to = Number(block.dataset.place) + (below(block, event) ? 1 : 0);
    const act = document.getElementById("drag-act");
    act.value = `move ${moved.dataset.path} ${to > from ? to - 1 : to}`;
    act.disabled = false;
    act.form.requestSubmit();
  });
  document.addEventListener("dragend", () => {
    moved?.classList.remove("dragged");
    moved = null;
    marks();
  });
}
