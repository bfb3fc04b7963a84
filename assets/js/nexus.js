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

  signOut() {
    this.post("/keluar").then(() => window.location.assign("/masuk"));
  },
};
