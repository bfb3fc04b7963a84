// What the frame does in the browser alone: language, theme, signing out.
window.nexus = {
  themes: { light: false, dark: true, auto: undefined },

  cookie(name) {
    const found = document.cookie.split("; ").find((pair) => pair.startsWith(name + "="));
    return found ? found.slice(name.length + 1) : "";
  },

  post(path, fields) {
    const body = new URLSearchParams(fields || {}).toString();
    const headers = { "Content-Type": "application/x-www-form-urlencoded" };
    return fetch(path, { method: "POST", headers, body, redirect: "manual", credentials: "same-origin" });
  },

  language(language) {
    this.post("/bahasa", { language }).then(() => window.location.reload());
  },

  nextTheme() {
    const names = Object.keys(this.themes);
    const theme = names[(names.indexOf(this.cookie("nexus_tema") || "auto") + 1) % names.length];
    document.cookie = "nexus_tema=" + theme + "; path=/; max-age=31536000; SameSite=Strict";
    setDark(this.themes[theme]);
  },

  // The clipboard interface exists on secure pages only; a school's LAN has none, so the old command serves.
  copy(text) {
    const field = document.createElement("textarea");
    const place = document.activeElement.closest(".q-dialog") || document.body;
    const before = document.activeElement;
    field.value = text;
    field.setAttribute("aria-hidden", "true");
    field.style.cssText = "position:fixed;opacity:0";
    place.append(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    before.focus();
    return copied;
  },

  textOf(selector) {
    return document.querySelector(selector).innerText;
  },

  toEnd(selector) {
    const place = document.querySelector(selector);
    place.scrollTop = place.scrollHeight;
  },

  save(name, text) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  },

  signOut() {
    this.post("/keluar").then(() => window.location.assign("/masuk"));
  },
};
