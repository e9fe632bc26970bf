// What a script may add to pages that work without one. Nothing is stored here.
"use strict";

// A form with mistakes was sent: what is wrong is read first.
document.querySelector("[data-focus]")?.focus();

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
for (const one of document.querySelectorAll("[data-needs-script]")) one.hidden = false;
