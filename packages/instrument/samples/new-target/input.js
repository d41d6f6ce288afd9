function F() { return new.target === F ? undefined : { called: true } }
console.log(new F() instanceof F, F().called)
class A { constructor() { this.t = (() => new.target.name)() } }
class B extends A {}
console.log(new B().t, Reflect.construct(A, [], B).t)
