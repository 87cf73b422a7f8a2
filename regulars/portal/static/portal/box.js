// The chat box on a website of the shop: a button, and a frame with the conversation once it is pressed.
// <script src=".../static/portal/box.js" data-box="https://.../chat/help/embed" data-label="Ask us" defer></script>
(() => {
  const here = document.currentScript;
  const address = here && here.dataset.box;
  if (!address) return;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = here.dataset.label || "Chat";
  button.setAttribute("aria-expanded", "false");
  const at = { position: "fixed", insetInlineEnd: "16px", zIndex: "2147483000" };
  Object.assign(button.style, at, {
    insetBlockEnd: "16px", padding: "12px 18px", border: "0", borderRadius: "24px", cursor: "pointer",
    background: here.dataset.colour || "#0b6b5d", color: "#fff", font: "600 16px system-ui, sans-serif",
  });
  let frame = null;
  const close = () => { frame.hidden = true; button.setAttribute("aria-expanded", "false"); button.focus(); };
  button.addEventListener("click", () => {
    if (frame && !frame.hidden) return close();
    if (!frame) {
      frame = document.createElement("iframe");
      frame.src = address;
      frame.title = button.textContent;
      Object.assign(frame.style, at, {
        insetBlockEnd: "76px", width: "min(380px, calc(100vw - 32px))", height: "min(600px, calc(100vh - 100px))",
        border: "1px solid #ccc", borderRadius: "12px", background: "Canvas", boxShadow: "0 8px 30px rgb(0 0 0 / .25)",
      });
      document.body.append(frame);
    }
    frame.hidden = false;
    button.setAttribute("aria-expanded", "true");
    frame.focus();
  });
  document.addEventListener("keydown", (pressed) => { if (pressed.key === "Escape" && frame && !frame.hidden) close(); });
  document.body.append(button);
})();
