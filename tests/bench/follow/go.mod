module follow

go 1.24.0
