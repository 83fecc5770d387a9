package route53test

type tag struct{ Key, Value string }
