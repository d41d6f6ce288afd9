const keys = Object.keys(globalThis).filter((k) => k.startsWith('$lr_')); console.log(keys.length)
