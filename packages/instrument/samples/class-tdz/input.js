try { class A { [(() => { return A })()]() {} } } catch (e) { console.log(e.message) }
try { class B extends (() => { return B })() {} } catch (e) { console.log(e.message) }
class C { static a = C.name; static b = (() => C.a)(); static { console.log(C.a, this.b) } static m() { return C } }
const D = class { static { try { D } catch (e) { console.log(e.message) } } }
console.log(C.m() === C)
class E { x = later(); static y = typeof E }
const later = () => { return 'later' }
console.log(new E().x, E.y)
let F = class G { static h = () => { return G } }; const h = F.h; F = null; console.log(h().name)
