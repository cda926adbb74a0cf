// Several files at once, sent one by one, each with its progress and a way to stop it. Without this file the form sends them all.
(function () {
  "use strict";

  function line(file, box) {
    var row = document.createElement("div");
    row.className = "sending";
    var head = document.createElement("div");
    head.className = "row";
    var name = document.createElement("span");
    name.textContent = file.name;
    var stop = document.createElement("button");
    stop.type = "button";
    stop.className = "btn small";
    stop.textContent = "取消";
    stop.setAttribute("aria-label", "取消上传 " + file.name);
    var bar = document.createElement("progress");
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name + " 的上传进度");
    head.append(name, stop);
    row.append(head, bar);
    box.append(row);
    return { row: row, bar: bar, stop: stop };
  }
  function said(row, text) {
    row.textContent = "";
    var issue = document.createElement("p");
    issue.className = "issue error";
    issue.textContent = text;
    row.append(issue);
  }
  function send(form, file, box, done) {
    var shown = line(file, box), data = new FormData(form), request = new XMLHttpRequest();
    data.delete("files");
    data.append("files", file, file.name);
    request.open("POST", form.action);
    request.setRequestHeader("X-One-File", "1");
    request.upload.addEventListener("progress", function (event) {
      if (event.lengthComputable) shown.bar.value = event.loaded / event.total * 100;
    });
    request.addEventListener("load", function () {
      var answer = new DOMParser().parseFromString(request.responseText, "text/html");
      var errors = answer.querySelector(".errors"), part = errors || answer.body;
      if (request.status !== 200 && request.status !== 422 || answer.querySelector("main") && !errors) {
        said(shown.row, file.name + "：没有收到。请刷新页面后重新上传。");
        return done(false);
      }
      shown.row.textContent = "";
      Array.prototype.slice.call(errors ? [errors] : part.children).forEach(function (node) { shown.row.append(node); });
      done(request.status === 200);
    });
    request.addEventListener("error", function () {
      said(shown.row, file.name + "：网络中断，没有收到。请重新上传。");
      done(false);
    });
    request.addEventListener("abort", function () {
      said(shown.row, file.name + "：已取消，没有收。");
      done(false);
    });
    shown.stop.addEventListener("click", function () { request.abort(); });
    request.send(data);
  }
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.hasAttribute("data-by-file")) return;
    var input = form.querySelector("input[type=file]"), day = form.querySelector("[name=effective_on]");
    if (!input.files.length || !day.value) return; // the server says what is missing
    event.preventDefault();
    var box = form.parentNode.querySelector("[data-progress]"), button = form.querySelector("button.primary");
    var files = Array.prototype.slice.call(input.files), taken = 0;
    box.hidden = false;
    box.textContent = "";
    button.disabled = true;
    (function next() {
      var file = files.shift();
      if (file) return send(form, file, box, function (well) { taken += well ? 1 : 0; next(); });
      button.disabled = false;
      input.value = "";
      if (!taken) return;
      var again = document.createElement("p"), link = document.createElement("a");
      link.href = location.href.split("#")[0];
      link.className = "btn";
      link.textContent = "刷新目录";
      again.append(link);
      box.append(again);
    })();
  });
})();
