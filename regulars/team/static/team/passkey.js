// Says in words, on the page, why a passkey did not work, instead of only in the console.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const said = document.querySelector(".passkey-error") ?? document.createElement("p");
  said.className = "notice warn passkey-error";
  said.setAttribute("role", "alert");
  said.textContent = event.detail.exception?.name === "NotAllowedError"
    ? "The passkey was not used: it was cancelled, or it took too long. Try again."
    : "This browser or this address cannot use passkeys. They need https:// or http://localhost.";
  document.querySelector("main .in, main")?.append(said);
});
