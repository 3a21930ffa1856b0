module demoapp

go 1.24.0
