// What the student's page does in the browser alone: lead from a mark in the answer to its page, show a new question.
window.nexusStudent = {
  remember(name, code) {
    document.cookie = name + "=" + code + "; path=/; max-age=31536000; SameSite=Strict";
  },

  calm() {
    return window.matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
  },

  show(id) {
    requestAnimationFrame(() => {
      const turn = document.getElementById(id);
      if (turn) turn.scrollIntoView({ behavior: this.calm(), block: "start" });
    });
  },

  lead(id) {
    const card = document.getElementById(id);
    if (!card) return;
    const text = card.querySelector("details");
    text.open = true;
    card.scrollIntoView({ behavior: this.calm(), block: "nearest" });
    text.querySelector("summary").focus({ preventScroll: true });
    card.classList.remove("is-found");
    requestAnimationFrame(() => card.classList.add("is-found"));
  },
};

document.addEventListener("click", (event) => {
  const mark = event.target.closest && event.target.closest("a.nx-mark");
  if (!mark) return;
  event.preventDefault();
  window.nexusStudent.lead(mark.getAttribute("href").slice(1));
});
