package route53test_test

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/route53"

	"github.com/zonecast/zonecast/drivers/internal/route53test"
)

func ExampleService() {
	fake := &route53test.Service{}
	client := route53.New(route53.Options{
		Region: "us-east-1", HTTPClient: fake.Client(),
		Credentials: credentials.NewStaticCredentialsProvider("AKID", "secret", ""),
	})
	_, err := client.CreateHostedZone(context.Background(), &route53.CreateHostedZoneInput{
		Name: aws.String("Example.com"), CallerReference: aws.String("once"),
	})
	fmt.Println(err, fake.Count("CreateHostedZone"), len(fake.Zones("example.com")))
	// Output: <nil> 1 1
}

func ExampleService_Put() {
	fake := &route53test.Service{}
	id := fake.AddZone("example.com")
	fake.Put(id,
		route53test.Alias("cdn.example.com", "A", "Z2FDTNDATAQYW2", "d1.cloudfront.net"),
		route53test.Simple("www.example.com", "A", 60, "192.0.2.1").Weighted("blue", 10),
		route53test.RecordSet{Name: "tree.example.com", Type: "A", TrafficPolicyInstanceId: "42"},
	)
	for _, set := range fake.Sets(id)[2:] {
		fmt.Println(set)
	}
	// Output:
	// cdn.example.com. A ALIAS d1.cloudfront.net.
	// tree.example.com. A
	// www.example.com. A [blue] 60 192.0.2.1
}

// A write that took effect and an answer that was lost on its way.
func ExampleFault() {
	fake := &route53test.Service{}
	fake.Fault = func(action string, call route53test.Call) route53test.Fault {
		if action == "ChangeResourceRecordSets" {
			return route53test.LostAnswer
		}
		return route53test.Fault{}
	}
	id := fake.AddZone("example.com")
	err := change(fake, id, "CREATE www A 60 192.0.2.1")
	set, _ := fake.Get(id, "www.example.com", "A")
	fmt.Println(err != nil, set)
	// Output: true www.example.com. A 60 192.0.2.1
}
