"use strict";
var __decorate = (this && this.__decorate) || function (decorators, target, key, desc) {
    var c = arguments.length, r = c < 3 ? target : desc === null ? desc = Object.getOwnPropertyDescriptor(target, key) : desc, d;
    for (var i = decorators.length - 1; i >= 0; i--) if (d = decorators[i]) r = (c < 3 ? d(r) : c > 3 ? d(target, key, r) : d(target, key)) || r;
    return c > 3 && r && Object.defineProperty(target, key, r), r;
};
var __esDecorate = function (ctor, descriptorIn, decorators, contextIn, initializers, extraInitializers) {
    function accept(f) { if (f !== void 0 && typeof f !== "function") throw new TypeError("Function expected"); return f; }
    var kind = contextIn.kind, key = kind === "getter" ? "get" : kind === "setter" ? "set" : "value";
    var target = !descriptorIn && ctor ? contextIn["static"] ? ctor : ctor.prototype : null;
    var descriptor = descriptorIn || (target ? Object.getOwnPropertyDescriptor(target, contextIn.name) : {});
    var _, done = false;
    for (var i = decorators.length - 1; i >= 0; i--) {
        var context = {};
        for (var p in contextIn) context[p] = p === "access" ? {} : contextIn[p];
        context.addInitializer = function (f) { if (done) throw new TypeError("Cannot add initializers after decoration has completed"); extraInitializers.push(accept(f || null)); };
        var result = (0, decorators[i])(descriptor[key], context);
        if (_ = accept(result)) descriptor[key] = _;
    }
    if (target) Object.defineProperty(target, contextIn.name, descriptor);
    done = true;
};
const logged = (target, key, descriptor) => ({ ...descriptor, value(...args) { console.log(key, args); return descriptor.value.apply(this, args) } })
class Old { add(a, b) { return a + b } }
__decorate([logged], Old.prototype, "add", null)
console.log(new Old().add(1, 2))
let New = (() => {
    let _instanceExtraInitializers = [], _run_decorators;
    return class New {
        static { _run_decorators = [(method, context) => function (n) { return [context.name, method.call(this, n * 2)] }];
            __esDecorate(this, null, _run_decorators, { kind: "method", name: "run", static: false, private: false, metadata: undefined }, null, _instanceExtraInitializers) }
        run(n) { return n + 1 }
    };
})();
console.log(new New().run(4), New.name)
