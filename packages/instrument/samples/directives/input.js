'not strict';
function strict() { 'use strict'; return this === undefined }
function sloppy() { ('use strict'); return this === undefined }
const arrow = () => { "use strict"; return (function () { return this })() === undefined }
function late() { var x; 'use strict'; return (function () { return this })() === undefined }
console.log(strict(), sloppy(), arrow(), late())
