exports.work = function work(name) {
  return `hello ${name}`
}
