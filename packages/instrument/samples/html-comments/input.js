var x = 1 <!-- hidden
x--
--> also hidden
while (x --> -2) console.log(x)
