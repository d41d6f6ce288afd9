const text = `$lr_abc_1 ${'$lr_x_m'}`, re = /$lr_abc_1/, o = { $lr_abc_1: 1, $lr_: 2 }
let $lr = 1, $lr_ = 2
console.log(text, re.source, o.$lr_abc_1, $lr + $lr_)
